using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>Reads how far a job is.</summary>
internal static class GetJob
{
    public static async Task<Results<Ok<JobView>, Failure>> HandleAsync(Id jobId, Caller caller, JobDoor jobs, CancellationToken cancellationToken) =>
        await jobs.FindAsync(caller.Tenant, jobId, cancellationToken) is { } job
            ? TypedResults.Ok(JobView.Of(job))
            : new Failure(JobErrors.NotFound);
}
