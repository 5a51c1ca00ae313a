using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Ends a run: what it has not done yet is not done.</summary>
internal static class CancelRun
{
    public static async Task<Results<Ok<RunView>, Failure>> HandleAsync(
        Id runId, Caller caller, RunDoor runs, IWorkControl control, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(caller.Tenant, runId, cancellationToken) is not { } run)
        {
            return new Failure(RunErrors.NotFound);
        }

        if (run.FinishedAt is not null)
        {
            return new Failure(RunErrors.Finished);
        }

        return await control.CancelAsync(caller.Tenant, WorkIds.EventOf(runId), runId, cancellationToken) is { } work && runs.FindIn(work, runId) is { } after
            ? TypedResults.Ok(after)
            : new Failure(RunErrors.NotFound);
    }
}
