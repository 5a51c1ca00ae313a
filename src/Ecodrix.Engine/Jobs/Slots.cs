using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>How much of this process is at work, by lane and by tenant, and how much of that only waits for someone outside.</summary>
internal sealed class Slots(TimeProvider clock, IOptions<EngineOptions> options)
{
    /// <summary>Who has less than this under way is begun, however busy the others are.</summary>
    private const int Few = 4;

    /// <summary>Who was not alone this long ago is taken not to be: one that comes now and then would find all busy each time.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    private readonly Lock door = new();
    private readonly EngineOptions limits = options.Value;
    private readonly Lanes all = new();
    private readonly Dictionary<string, Part> parts = new(StringComparer.Ordinal);
    private bool open;
    private (string? Tenant, long At) last;
    private long? othersAt;

    public void Open()
    {
        lock (door)
        {
            open = limits.Works;
        }
    }

    public void Close()
    {
        lock (door)
        {
            open = false;
        }
    }

    public bool AreAllFree
    {
        get
        {
            lock (door)
            {
                return all.Taken == 0;
            }
        }
    }

    /// <summary>How many of a lane it is worth to look for: what is free for it, and can be busy. Of those that are seen then, only tenants with little under way may be let in beyond that.</summary>
    public int Free(Lane lane)
    {
        lock (door)
        {
            return Math.Min(FreeIn(lane), Math.Max(MostBusy - all.Busy[(int)lane], limits.Busy / 8));
        }
    }

    /// <summary>How many more the tenant may have; never below zero.</summary>
    public int FreeOf(string tenant, TenantShare share)
    {
        lock (door)
        {
            return Math.Max(0, MostOf(share) - (parts.GetValueOrDefault(tenant)?.Taken ?? 0));
        }
    }

    /// <summary>Whether so much of what the tenant may have is free that looking for more of its work is worth it: half of its own, a quarter of all.</summary>
    public bool HasRoomFor(string tenant, Lane lane)
    {
        lock (door)
        {
            return all.Taken <= limits.Slots * 3 / 4
                && all.Busy[(int)lane] <= MostBusy * 3 / 4
                && (parts.GetValueOrDefault(tenant) is not { } part || (part.Taken <= part.Most / 2 && part.Busy[(int)lane] <= MostBusyOfOne / 2));
        }
    }

    public bool TryTake(string tenant, Lane lane, TenantShare share)
    {
        lock (door)
        {
            var part = parts.GetValueOrDefault(tenant) ?? new Part();
            part.Most = MostOf(share);
            if (part.Taken >= part.Most || !MayTake(part, lane))
            {
                return false;
            }

            parts[tenant] = part;
            Notice(tenant);
            part.Count(lane, taken: 1, busy: 1);
            all.Count(lane, taken: 1, busy: 1);
            return true;
        }
    }

    public void Release(string tenant, Lane lane)
    {
        lock (door)
        {
            var part = parts[tenant];
            part.Count(lane, taken: -1, busy: -1);
            all.Count(lane, taken: -1, busy: -1);
            if (part.Taken == 0)
            {
                parts.Remove(tenant);
            }
        }
    }

    /// <summary>One that has a slot begins to wait for someone outside, and keeps its slot.</summary>
    public void BeginWaiting(string tenant, Lane lane) => CountBusy(tenant, lane, -1);

    /// <summary>It goes on, whoever is busy by now.</summary>
    public void EndWaiting(string tenant, Lane lane) => CountBusy(tenant, lane, 1);

    private void CountBusy(string tenant, Lane lane, int change)
    {
        lock (door)
        {
            parts[tenant].Count(lane, taken: 0, busy: change);
            all.Count(lane, taken: 0, busy: change);
        }
    }

    // An eighth is kept for tenants with few or less than half of what the others have on average, and half of that for those with nothing.
    private bool MayTake(Part part, Lane lane)
    {
        var free = FreeIn(lane);
        if (part.Taken == 0)
        {
            return free > 0;
        }

        if (part.Taken < Few || part.Taken * 2 * parts.Count < all.Taken)
        {
            return free > limits.Slots / 16;
        }

        return free > limits.Slots / 8 && all.Busy[(int)lane] < MostBusy && part.Busy[(int)lane] < MostBusyOfOne;
    }

    private void Notice(string tenant)
    {
        if (!string.Equals(last.Tenant, tenant, StringComparison.Ordinal))
        {
            othersAt = last.Tenant is null ? null : last.At;
        }

        last = (tenant, clock.GetTimestamp());
    }

    private bool IsOneAlone => parts.Count switch
    {
        0 => true,
        1 => !WasLately(parts.ContainsKey(last.Tenant!) ? othersAt : last.At),
        _ => false,
    };

    private bool WasLately(long? moment) => moment is { } at && clock.GetElapsedTime(at) < Lately;

    private int MostBusy => IsOneAlone ? Math.Max(limits.Busy, limits.BusyOfOne) : limits.Busy;

    private int MostBusyOfOne => Math.Min(limits.BusyOfOne, MostBusy);

    private int MostOf(TenantShare share) => Math.Clamp(share.Running ?? limits.SlotsPerTenant, 1, limits.Slots);

    private int FreeIn(Lane lane) => !open ? 0 : Math.Min(
        limits.Slots - all.Taken,
        limits.Slots - limits.ReservedSlots - all.In(lane));

    private class Lanes
    {
        private readonly int[] taken = new int[2];

        public int[] Busy { get; } = new int[2];

        public int Taken => taken[0] + taken[1];

        public int In(Lane lane) => taken[(int)lane];

        public void Count(Lane lane, int taken, int busy)
        {
            this.taken[(int)lane] += taken;
            Busy[(int)lane] += busy;
        }
    }

    /// <summary>What one tenant has.</summary>
    private sealed class Part : Lanes
    {
        public int Most { get; set; }
    }
}
