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

        if (await control.RetryAsync(caller.Tenant, WorkIds.EventOf(runId), runId, cancellationToken) is not { } asked || runs.FindIn(asked.Work, runId) is not { } after)
        {
            return new Failure(RunErrors.NotFound);
        }

        return asked.IsRefused ? new Failure(RunErrors.InSequence) : TypedResults.Ok(after);
    }
}
