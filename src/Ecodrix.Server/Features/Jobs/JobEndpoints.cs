using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>The job routes: read this file to know what the feature offers.</summary>
internal static class JobEndpoints
{
    public static IServiceCollection AddJobs(this IServiceCollection services) =>
        services.AddSingleton<JobDoor>().AddWireTypes(JobsJson.Default);

    /// <param name="routes">Of tenants.</param>
    public static RouteGroupBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/api/saas/jobs").WithTags("Jobs").Needs(KeyScope.Trigger);

        jobs.MapGet("/", ListJobs.HandleAsync).WithSummary("List jobs");
        jobs.MapGet("/status/{jobId}", GetJob.HandleAsync).WithSummary("Read a job's status").Fails(JobErrors.NotFound);
        jobs.MapPost("/{jobId}/retry", RetryJob.HandleAsync).TakesInWork().WithSummary("Repeat what failed in a job").Fails(JobErrors.NotFound, JobErrors.NothingFailed);
        jobs.MapPost("/{jobId}/cancel", CancelJob.HandleAsync).WithSummary("Cancel a job").Fails(JobErrors.NotFound, JobErrors.Finished);

        return jobs;
    }
}
