using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Repeats a run's failed steps, and no other.</summary>
internal static class RetryRun
{
    public static async Task<Results<Ok<RunView>, Failure>> HandleAsync(
        Id runId, Caller caller, RunDoor runs, IWorkControl control, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(caller.Tenant, runId, cancellationToken) is not { } run)
        {
            return new Failure(RunErrors.NotFound);
        }

        if (run.Status is not RunStatus.Failed)
        {
            return new Failure(RunErrors.NothingFailed);
        }

        if (await control.RetryAsync(caller.Tenant, WorkIds.EventOf(runId), runId, cancellationToken) is not { } work || runs.FindIn(work, runId) is not { } after)
        {
            return new Failure(RunErrors.NotFound);
        }

        return IsRefused(work, runId) ? new Failure(RunErrors.InSequence) : TypedResults.Ok(after);
    }

    /// <summary>Of work that was just asked to repeat a run: nothing came of it, and no newer version of the program is to do it either.</summary>
    public static bool IsRefused(WorkItem work, string? runId) => work.Signals.Count is 0
        && work.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, runId, StringComparison.Ordinal)) is { IsSequence: true, Status: RunStatus.Failed };
}
