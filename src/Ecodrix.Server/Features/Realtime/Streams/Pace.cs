using System.Collections.Concurrent;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>Lets at most four events a second through for each key; of those in between the last.</summary>
internal sealed class Pace(LiveStreams streams, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<(TenantId Tenant, string Key), Slot> slots = [];

    public void Publish(TenantId tenant, RealtimeEvent told)
    {
        var key = (tenant, told.PaceKey!);
        while (true)
        {
            var slot = slots.GetOrAdd(key, _ => new Slot());
            lock (slot)
            {
                if (slot.IsOver)
                {
                    continue;
                }

                if (slot.Timer is not null)
                {
                    slot.Last = told;
                    return;
                }

                streams.Publish(tenant, told);
                slot.Timer = clock.CreateTimer(_ => Ring(key, slot), null, Between, Timeout.InfiniteTimeSpan);
                return;
            }
        }
    }

    private void Ring((TenantId Tenant, string Key) key, Slot slot)
    {
        lock (slot)
        {
            if (slot.Last is { } last)
            {
                slot.Last = null;
                streams.Publish(key.Tenant, last);
                slot.Timer!.Change(Between, Timeout.InfiniteTimeSpan);
                return;
            }

            slot.IsOver = true;
            slot.Timer!.Dispose();
            slots.TryRemove(new KeyValuePair<(TenantId, string), Slot>(key, slot));
        }
    }

    private sealed class Slot
    {
        public ITimer? Timer { get; set; }

        /// <summary>What waits for its turn; null when nothing does.</summary>
        public RealtimeEvent? Last { get; set; }

        public bool IsOver { get; set; }
    }
}
