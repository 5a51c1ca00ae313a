using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>What time it is for a tenant. A host may set some tenants' clocks ahead, so that what is due in weeks is seen in a second.</summary>
/// <remarks>
/// All that a tenant sees goes by this: when its events came, when its steps are due, what its templates call now. Leases,
/// heartbeats, polls and <see cref="WorkItem.DueAt"/> go by the real time, which all tenants share.
/// </remarks>
public interface ITenantClock
{
    /// <summary>Asked everywhere, so it answers from memory.</summary>
    DateTimeOffset Now(string tenant);

    /// <returns>How far the tenant's clock is ahead of the real time: whole milliseconds, never less than zero.</returns>
    TimeSpan AheadOf(string tenant);
}

/// <summary>A host where it is the same time for everybody.</summary>
internal sealed class OneClock(TimeProvider clock) : ITenantClock
{
    public DateTimeOffset Now(string tenant) => clock.GetUtcNow();

    public TimeSpan AheadOf(string tenant) => TimeSpan.Zero;
}

public static class TenantClocks
{
    public static DateTimeOffset Now(this ITenantClock clocks, TenantId tenant) => clocks.Now(tenant.Value);

    /// <summary>From the tenant's time, in which machines decide, to the real time, by which work is claimed. Said once of each item that comes to rest.</summary>
    /// <param name="work">Under no lease, its due time as the tenant's clock goes.</param>
    internal static WorkItem AtRest(this ITenantClock clocks, WorkItem work)
    {
        if (work.DueAt is not { } due)
        {
            return work.ClockAhead is null ? work : work with { ClockAhead = null };
        }

        var ahead = clocks.AheadOf(work.Tenant);
        return ahead == TimeSpan.Zero && work.ClockAhead is null
            ? work
            : work with { DueAt = due - ahead, ClockAhead = ahead == TimeSpan.Zero ? null : ahead };
    }
}
