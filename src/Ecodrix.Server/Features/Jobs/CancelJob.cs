using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>Cancels all that a job has not done yet.</summary>
internal static class CancelJob
{
    public static async Task<Results<Ok<JobView>, Failure>> HandleAsync(
        Id jobId, Caller caller, JobDoor jobs, IWorkControl control, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(caller.Tenant, jobId, cancellationToken) is not { } job)
        {
            return new Failure(JobErrors.NotFound);
        }

        if (job.IsFinished)
        {
            return new Failure(JobErrors.Finished);
        }

        return await control.CancelAsync(caller.Tenant, jobId, runId: null, cancellationToken) is { } cancelled
            ? TypedResults.Ok(JobView.Of(cancelled))
            : new Failure(JobErrors.NotFound);
    }
}
