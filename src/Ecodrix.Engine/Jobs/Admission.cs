using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>Decides whether an item may be begun now, and takes the slot for it.</summary>
internal sealed class Admission(KnownWork known, Backlogs backlogs, Slots slots, IHeldTenants holds, ITenantShares shares)
{
    /// <summary>For what has just come: what came before it and waits is not overtaken.</summary>
    /// <returns>False when it has to wait; else a slot is taken.</returns>
    public async ValueTask<bool> TryTakeAsync(WorkItem fresh, CancellationToken cancellationToken) =>
        known.Understands(fresh)
        && !backlogs.Has(fresh.Tenant, fresh.Lane)
        && !await holds.IsHeldAsync(TenantId.Parse(fresh.Tenant), cancellationToken)
        && await TryTakeInTurnAsync(fresh, cancellationToken);

    /// <summary>For what has waited for its turn.</summary>
    /// <returns>False when no slot is free that it may have.</returns>
    public async ValueTask<bool> TryTakeInTurnAsync(WorkItem waiting, CancellationToken cancellationToken) =>
        slots.TryTake(waiting.Tenant, waiting.Lane, await shares.ShareOfAsync(TenantId.Parse(waiting.Tenant), cancellationToken));

    public void GiveBack(WorkItem work) => slots.Release(work.Tenant, work.Lane);

    /// <summary>How many more of a tenant's items may be begun, and how many turns it has for each of another's.</summary>
    /// <returns>Null for a tenant that may have nothing begun now.</returns>
    public async ValueTask<(int Room, int Weight)?> ChanceOfAsync(string tenant, CancellationToken cancellationToken)
    {
        var id = TenantId.Parse(tenant);
        if (await holds.IsHeldAsync(id, cancellationToken))
        {
            return null;
        }

        var share = await shares.ShareOfAsync(id, cancellationToken);
        return (slots.FreeOf(tenant, share), share.Weight);
    }
}
