namespace Ecodrix.Engine.Jobs;

/// <summary>The tenants of which more is due than was begun, in the order in which they have their turns.</summary>
/// <remarks>While a tenant is among them nothing of it is begun out of turn, so that what came later does not overtake what waits.</remarks>
internal sealed class Backlogs
{
    /// <summary>What one may begin in its first turn: whoever has little waiting is through with it at once.</summary>
    private const int Welcome = 4;

    private readonly Lock door = new();
    private readonly Ring[] rings = [new(), new()];
    private long counted;

    /// <summary>How many additions there were: what is added after this was read outlives a removal that goes by it.</summary>
    public long Counted
    {
        get
        {
            lock (door)
            {
                return counted;
            }
        }
    }

    public bool Has(string tenant, Lane lane)
    {
        lock (door)
        {
            return rings[(int)lane].Additions.ContainsKey(tenant);
        }
    }

    /// <returns>How many tenants have one in this lane.</returns>
    public int Count(Lane lane)
    {
        lock (door)
        {
            return rings[(int)lane].Additions.Count;
        }
    }

    /// <summary>One that comes new is next: it has had no turn lately. One that was removed and comes back keeps its place.</summary>
    public void Add(string tenant, Lane lane)
    {
        lock (door)
        {
            var ring = rings[(int)lane];
            ring.Additions[tenant] = ++counted;
            if (ring.Standing.Add(tenant))
            {
                ring.Turns.AddFirst(tenant);
                ring.Left[tenant] = Welcome;
            }
        }
    }

    /// <summary>The tenant whose turn it is; its next comes after all others'.</summary>
    /// <returns>Null when there is none. What is left of a turn that was kept; null when it begins.</returns>
    public (string Tenant, int? Left)? Next(Lane lane)
    {
        lock (door)
        {
            var ring = rings[(int)lane];
            while (ring.Turns.First is { Value: var tenant })
            {
                ring.Turns.RemoveFirst();
                if (ring.Additions.ContainsKey(tenant))
                {
                    ring.Turns.AddLast(tenant);
                    return (tenant, ring.Left.Remove(tenant, out var left) ? left : null);
                }

                ring.Left.Remove(tenant);
                ring.Standing.Remove(tenant);
            }

            return null;
        }
    }

    /// <summary>The last tenant's turn was cut short and goes on next time.</summary>
    public void KeepTurn(string tenant, Lane lane, int left)
    {
        lock (door)
        {
            var ring = rings[(int)lane];
            if (string.Equals(ring.Turns.Last?.Value, tenant, StringComparison.Ordinal))
            {
                ring.Turns.RemoveLast();
                ring.Turns.AddFirst(tenant);
                ring.Left[tenant] = left;
            }
        }
    }

    /// <summary>Nothing of the tenant is left to begin, unless something was added since.</summary>
    /// <param name="seen">What <see cref="Counted"/> was before that was found out.</param>
    public void Remove(string tenant, Lane lane, long seen)
    {
        lock (door)
        {
            var additions = rings[(int)lane].Additions;
            if (additions.TryGetValue(tenant, out var last) && last <= seen)
            {
                additions.Remove(tenant);
            }
        }
    }

    /// <summary>As <see cref="Remove"/>, of all tenants.</summary>
    public void RemoveAll(Lane lane, long seen)
    {
        lock (door)
        {
            var additions = rings[(int)lane].Additions;
            foreach (var (tenant, _) in additions.Where(entry => entry.Value <= seen).ToList())
            {
                additions.Remove(tenant);
            }
        }
    }

    /// <summary>One lane's tenants. One that is removed keeps its place in the turns until it comes round.</summary>
    private sealed class Ring
    {
        public Dictionary<string, long> Additions { get; } = new(StringComparer.Ordinal);

        public LinkedList<string> Turns { get; } = new();

        public Dictionary<string, int> Left { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Standing { get; } = new(StringComparer.Ordinal);
    }
}
