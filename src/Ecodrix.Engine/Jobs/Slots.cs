using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>How much of this process is at work, by lane and by tenant.</summary>
internal sealed class Slots(IOptions<EngineOptions> options)
{
    private readonly Lock door = new();
    private readonly EngineOptions limits = options.Value;
    private readonly int[] taken = new int[2];
    private readonly Dictionary<string, int> byTenant = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> mostOf = new(StringComparer.Ordinal);
    private bool open;

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

    /// <summary>How many more the tenant may have; never below zero.</summary>
    public int FreeOf(string tenant, TenantShare share)
    {
        lock (door)
        {
            return Math.Max(0, MostOf(share) - byTenant.GetValueOrDefault(tenant));
        }
    }

    /// <summary>Whether so much of what the tenant may have is free that looking for more of its work is worth it.</summary>
    public bool HasRoomFor(string tenant)
    {
        lock (door)
        {
            return taken[0] + taken[1] <= limits.Slots * 3 / 4
                && byTenant.GetValueOrDefault(tenant) <= mostOf.GetValueOrDefault(tenant, limits.SlotsPerTenant) / 2;
        }
    }

    public bool TryTake(string tenant, Lane lane, TenantShare share)
    {
        lock (door)
        {
            var of = byTenant.GetValueOrDefault(tenant);
            if (of >= MostOf(share) || FreeIn(lane) < (IsLight(of) ? 1 : 1 + ForTheLight))
            {
                return false;
            }

            byTenant[tenant] = of + 1;
            mostOf[tenant] = MostOf(share);
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
                mostOf.Remove(tenant);
            }
        }
    }

    private int ForTheLight => limits.Slots / 8;

    // Less than half of what a tenant has on average of those that have any.
    private bool IsLight(int of) => of == 0 || of * 2 * byTenant.Count < taken[0] + taken[1];

    private int MostOf(TenantShare share) => Math.Clamp(share.Running ?? limits.SlotsPerTenant, 1, limits.Slots);

    private int FreeIn(Lane lane) => !open ? 0 : Math.Min(
        limits.Slots - taken[0] - taken[1],
        limits.Slots - limits.ReservedSlots - taken[(int)lane]);
}
