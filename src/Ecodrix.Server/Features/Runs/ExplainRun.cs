using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Says in one sentence what a run waits for.</summary>
internal static class ExplainRun
{
    public static async Task<Results<Ok<WhyView>, Failure>> HandleAsync(
        Id runId, Caller caller, JobDoor jobs, WhyDoor why, CancellationToken cancellationToken) =>
        await jobs.FindAsync(caller.Tenant, WorkIds.EventOf(runId), cancellationToken) is { Event: { } state } work
            && state.Runs.FirstOrDefault(one => string.Equals(one.Id, runId, StringComparison.Ordinal)) is { } run
            ? TypedResults.Ok(await why.ExplainAsync(caller.Tenant, work, run, cancellationToken))
            : new Failure(RunErrors.NotFound);
}
