using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Says what a run waits for, with what is known beside the run: holds, pauses, the tenant's clock.</summary>
internal sealed class WhyDoor(IHeldTenants clients, IHolds holds, PauseDoor pauses, ITenantClock clocks)
{
    public async Task<WhyView> ExplainAsync(TenantId tenant, WorkItem work, Run run, CancellationToken cancellationToken)
    {
        var step = run.Steps.FirstOrDefault(one => one.FinishedAt is null);
        var hold = step is null ? null : await holds.OfStepAsync(tenant, run.RuleId, step.Type, _ => step.OwedAt ?? step.DueAt ?? work.RunAt, cancellationToken);
        return WhyWaits.Of(work, run, new WhyFacts(clocks.Now(tenant), await ClientHoldAsync(tenant, cancellationToken), hold?.Why));
    }

    private async Task<string?> ClientHoldAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await clients.IsHeldAsync(tenant, cancellationToken)
            ? (await pauses.OfTenantAsync(tenant, cancellationToken))?.Words ?? "its client is paused"
            : null;
}
