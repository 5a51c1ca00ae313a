using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Holds a client to the events that it may fire on a day of its own time zone (<c>limits.dailyEvents</c>).</summary>
/// <remarks>Counted in memory from what is stored, so that a restart gives nothing away. What the system fires itself is not counted.</remarks>
internal sealed class DailyQuota(IServicesDatabase services, ITenantClock clocks)
{
    private readonly ConcurrentDictionary<TenantId, Day> days = new();

    /// <returns>False when the day's events are used up; the event is not to be accepted.</returns>
    public ValueTask<bool> TryTakeAsync(Caller caller, CancellationToken cancellationToken) => TryTakeAsync(caller.Tenant, caller.Client, cancellationToken);

    /// <returns>False when the day's events are used up; the event is not to be accepted.</returns>
    public async ValueTask<bool> TryTakeAsync(TenantId tenant, ClientProfile client, CancellationToken cancellationToken) =>
        client.Limits.DailyEvents is not { } most || (await TodayAsync(tenant, client, cancellationToken)).TryTake(most);

    private async Task<Day> TodayAsync(TenantId tenant, ClientProfile client, CancellationToken cancellationToken)
    {
        var midnight = TimeZoneInfo.ConvertTime(clocks.Now(tenant), client.Zone).Date;
        if (days.TryGetValue(tenant, out var known) && known.Midnight == midnight)
        {
            return known;
        }

        var since = WallClock.At(midnight, client.Zone);
        var fired = await services.Documents<WorkItem>().CountAsync(
            new Condition.All(
                Condition.Eq("tenant", tenant.Value),
                Condition.Gte("_id", DocumentId.LowerBound(since)),
                Condition.Eq("type", WorkItem.EventType),
                Condition.Eq("event.lineage.depth", 0)),
            int.MaxValue,
            cancellationToken);
        var today = new Day(midnight, fired);
        return days.AddOrUpdate(tenant, today, (_, present) => present.Midnight == midnight ? present : today);
    }

    private sealed class Day(DateTime midnight, int fired)
    {
        private int fired = fired;

        public DateTime Midnight { get; } = midnight;

        public bool TryTake(int most)
        {
            if (Interlocked.Increment(ref fired) <= most)
            {
                return true;
            }

            Interlocked.Decrement(ref fired);
            return false;
        }
    }
}
