using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>Repeats what failed in a job; of an event, the failed steps of all its runs.</summary>
internal static class RetryJob
{
    public static async Task<Results<Ok<JobView>, Failure>> HandleAsync(
        Id jobId, Caller caller, JobDoor jobs, IWorkControl control, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(caller.Tenant, jobId, cancellationToken) is not { } job)
        {
            return new Failure(JobErrors.NotFound);
        }

        var failed = job.Event?.Runs.Where(run => run.Status is RunStatus.Failed).Select(string? (run) => run.Id).ToArray()
            ?? (job.Status is WorkStatus.Failed ? [null] : []);
        if (failed.Length == 0)
        {
            return new Failure(JobErrors.NothingFailed);
        }

        var refused = 0;
        foreach (var run in failed)
        {
            var asked = await control.RetryAsync(caller.Tenant, jobId, run, cancellationToken);
            job = asked?.Work ?? job;
            refused += asked is { IsRefused: true } ? 1 : 0;
        }

        return refused == failed.Length ? new Failure(RunErrors.InSequence) : TypedResults.Ok(JobView.Of(job));
    }
}
