using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Holds a client to the events that it may fire on a day of its own time zone (<c>limits.dailyEvents</c>).</summary>
/// <remarks>
/// Counted in memory from what is stored, so that a restart gives nothing away. Of several instances each grants its share of
/// what was left when it counted last, and counts again when that is used up: together they never grant more than there is.
/// What the system fires itself is not counted.
/// </remarks>
internal sealed class DailyQuota(IServicesDatabase services, ITenantClock clocks, InstanceList instances, TimeProvider clock)
{
    /// <summary>How often what is stored is counted again while others may have added to it.</summary>
    private static readonly TimeSpan Recount = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<TenantId, Day> days = new();

    /// <returns>False when the day's events are used up; the event is not to be accepted.</returns>
    public ValueTask<bool> TryTakeAsync(Caller caller, CancellationToken cancellationToken) => TryTakeAsync(caller.Tenant, caller.Client, cancellationToken);

    /// <returns>False when the day's events are used up; the event is not to be accepted.</returns>
    public async ValueTask<bool> TryTakeAsync(TenantId tenant, ClientProfile client, CancellationToken cancellationToken)
    {
        if (client.Limits.DailyEvents is not { } most)
        {
            return true;
        }

        var day = await TodayAsync(tenant, client, cancellationToken);
        if (day.TryTake(instances.ShareOf(most - day.Stored)))
        {
            return true;
        }

        if (instances.Sharers == 1 || clock.GetElapsedTime(day.CountedAt) < Recount)
        {
            return false;
        }

        days.TryRemove(new KeyValuePair<TenantId, Day>(tenant, day));
        day = await TodayAsync(tenant, client, cancellationToken);
        return day.TryTake(instances.ShareOf(most - day.Stored));
    }

    private async Task<Day> TodayAsync(TenantId tenant, ClientProfile client, CancellationToken cancellationToken)
    {
        var midnight = TimeZoneInfo.ConvertTime(clocks.Now(tenant), client.Zone).Date;
        if (days.TryGetValue(tenant, out var known) && known.Midnight == midnight)
        {
            return known;
        }

        var since = WallClock.At(midnight, client.Zone);
        var countedAt = clock.GetTimestamp();
        var fired = await services.Documents<WorkItem>().CountAsync(
            new Condition.All(
                Condition.Eq("tenant", tenant.Value),
                Condition.Gte("_id", DocumentId.LowerBound(since)),
                Condition.Eq("type", WorkItem.EventType),
                Condition.Eq("event.lineage.depth", 0)),
            int.MaxValue,
            cancellationToken);
        var today = new Day(midnight, fired, countedAt);
        return days.AddOrUpdate(tenant, today, (_, present) => present.Midnight == midnight ? present : today);
    }

    /// <param name="stored">What was counted.</param>
    private sealed class Day(DateTime midnight, int stored, long countedAt)
    {
        private int granted;

        public DateTime Midnight { get; } = midnight;

        public long CountedAt { get; } = countedAt;

        public int Stored { get; } = stored;

        /// <param name="most">How many may be granted here since <see cref="Stored"/> were counted.</param>
        public bool TryTake(int most)
        {
            if (Interlocked.Increment(ref granted) <= most)
            {
                return true;
            }

            Interlocked.Decrement(ref granted);
            return false;
        }
    }
}
