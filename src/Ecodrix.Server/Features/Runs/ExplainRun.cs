using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Says in one sentence what a run waits for.</summary>
internal static class ExplainRun
{
    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(JobDoor Jobs, IHeldTenants Clients, IHolds Holds, PauseDoor Pauses, ITenantClock Clocks);

    public static async Task<Results<Ok<WhyView>, Failure>> HandleAsync(
        Id runId, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (await parts.Jobs.FindAsync(caller.Tenant, WorkIds.EventOf(runId), cancellationToken) is not { Event: { } state } work
            || state.Runs.FirstOrDefault(one => string.Equals(one.Id, runId, StringComparison.Ordinal)) is not { } run)
        {
            return new Failure(RunErrors.NotFound);
        }

        var step = run.Steps.FirstOrDefault(one => one.FinishedAt is null);
        var hold = step is null ? null : await parts.Holds.OfStepAsync(caller.Tenant, run.RuleId, step.Type, _ => step.OwedAt ?? step.DueAt ?? work.RunAt, cancellationToken);
        var facts = new WhyFacts(parts.Clocks.Now(caller.Tenant), await ClientHoldAsync(caller.Tenant, parts, cancellationToken), hold?.Why);
        return TypedResults.Ok(WhyWaits.Of(work, run, facts));
    }

    private static async Task<string?> ClientHoldAsync(TenantId tenant, Parts parts, CancellationToken cancellationToken) =>
        await parts.Clients.IsHeldAsync(tenant, cancellationToken)
            ? (await parts.Pauses.OfTenantAsync(tenant, cancellationToken))?.Words ?? "its client is paused"
            : null;
}
