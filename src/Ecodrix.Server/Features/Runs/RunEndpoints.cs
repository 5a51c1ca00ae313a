using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Runs;

/// <summary>The run routes: read this file to know what the feature offers.</summary>
internal static class RunEndpoints
{
    public static IServiceCollection AddRuns(this IServiceCollection services) =>
        services.AddSingleton<RunDoor>().AddSingleton<WhyDoor>().AddSingleton<StepResolution>().AddWireTypes(RunsJson.Default);

    /// <param name="routes">Of tenants.</param>
    public static RouteGroupBuilder MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/saas/runs").WithTags("Runs").Needs(KeyScope.Trigger);

        runs.MapGet("/", ListRuns.HandleAsync).WithSummary("List runs");
        runs.MapGet("/{runId}", GetRun.HandleAsync).WithSummary("Read a run with its steps").Fails(RunErrors.NotFound);
        runs.MapGet("/{runId}/why", ExplainRun.HandleAsync).WithSummary("Say in a sentence what a run waits for").Fails(RunErrors.NotFound);
        runs.MapPost("/cancel", CancelRuns.HandleAsync).WithSummary("Cancel every run of a rule, a lead or an event, or those that agree with a value");
        runs.MapPost("/{runId}/cancel", CancelRun.HandleAsync).WithSummary("Cancel a run").Fails(RunErrors.NotFound, RunErrors.Finished);
        runs.MapPost("/{runId}/retry", RetryRun.HandleAsync).TakesInWork().WithSummary("Repeat a run's failed steps").Fails(RunErrors.NotFound, RunErrors.NothingFailed);
        runs.MapPost("/{runId}/steps/{index}/resolve", ResolveStep.HandleAsync).TakesInWork().WithSummary("Say what became of a step whose outcome is unknown").Fails(RunErrors.StepNotFound, RunErrors.NotUnknown, RunErrors.Finished);

        return runs;
    }
}
