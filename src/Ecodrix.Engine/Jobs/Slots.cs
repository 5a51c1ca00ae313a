using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>How much of this process is at work, by lane and by tenant.</summary>
internal sealed class Slots(IOptions<EngineOptions> options)
{
    private readonly Lock door = new();
    private readonly EngineOptions limits = options.Value;
    private readonly int[] taken = new int[2];
    private readonly Dictionary<string, int> byTenant = new(StringComparer.Ordinal);
    private bool open;

    public int Total => limits.Slots;

    public int Taken
    {
        get
        {
            lock (door)
            {
                return taken[0] + taken[1];
            }
        }
    }

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

    /// <summary>What is free for a lane; the rest is kept for the other.</summary>
    public int Free(Lane lane)
    {
        lock (door)
        {
            return FreeIn(lane);
        }
    }

    public int FreeOf(string tenant)
    {
        lock (door)
        {
            return limits.SlotsPerTenant - byTenant.GetValueOrDefault(tenant);
        }
    }

    /// <returns>The tenants that have all they may have.</returns>
    public IReadOnlyList<string> Full()
    {
        lock (door)
        {
            return [.. byTenant.Where(entry => entry.Value >= limits.SlotsPerTenant).Select(entry => entry.Key)];
        }
    }

    public bool TryTake(string tenant, Lane lane)
    {
        lock (door)
        {
            var of = byTenant.GetValueOrDefault(tenant);
            if (FreeIn(lane) < 1 || of >= limits.SlotsPerTenant)
            {
                return false;
            }

            byTenant[tenant] = of + 1;
            taken[(int)lane]++;
            return true;
        }
    }

    public void Release(string tenant, Lane lane)
    {
        lock (door)
        {
            taken[(int)lane]--;
            if (--byTenant[tenant] == 0)
            {
                byTenant.Remove(tenant);
            }
        }
    }

    private int FreeIn(Lane lane) => !open ? 0 : Math.Min(
        limits.Slots - taken[0] - taken[1],
        limits.Slots - limits.ReservedSlots - taken[(int)lane]);
}
