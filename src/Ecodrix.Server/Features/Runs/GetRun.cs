using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Reads a run with its steps.</summary>
internal static class GetRun
{
    public static async Task<Results<Ok<RunView>, Failure>> HandleAsync(Id runId, Caller caller, RunDoor runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(caller.Tenant, runId, cancellationToken) is { } run
            ? TypedResults.Ok(run)
            : new Failure(RunErrors.NotFound);
}
