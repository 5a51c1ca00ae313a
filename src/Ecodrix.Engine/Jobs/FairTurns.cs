using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>What of a lane is begun next.</summary>
/// <param name="Starved">Tenants of which something is due that has no free slot: asked for again when one is free.</param>
internal sealed record Turns(IReadOnlyList<WorkItem> Work, IReadOnlyList<string> Starved)
{
    /// <summary>Tenants of which all that is due is in this, by what was counted of their backlogs when that was seen.</summary>
    public IReadOnlyList<(string Tenant, long Seen)> Through { get; init; } = [];

    /// <summary>When the whole lane was seen: what backlogs were counted by then, and are not in this, are gone.</summary>
    public long Seen { get; init; }
}

/// <summary>Chooses what is begun next, so that the queue of one tenant, however long, does not hold another's.</summary>
/// <remarks>
/// As long as one look shows all that is due, it is dealt out of that look. When more is due than a look shows, the lane is
/// crowded: then the tenants have turns, and each is asked for its own, so that no row is read that is not begun.
/// </remarks>
internal sealed class FairTurns(
    DueWork due, Backlogs backlogs, Admission admission, Waker waker, TimeProvider clock, IOptions<EngineOptions> options)
{
    /// <summary>What one may begin in its turn at least. What is begun together is committed together: many tenants with one each cost a sync of a file for each.</summary>
    private const int ShortestTurn = 16;

    private const int SmallestWindow = 64;

    private const int LargestWindow = 1_000;

    private const int MostTenantsInASearch = 500;

    private static readonly TimeSpan BetweenSearches = TimeSpan.FromMilliseconds(250);

    private readonly bool[] crowded = new bool[2];
    private string searched = string.Empty;
    private DateTimeOffset searchedAt = DateTimeOffset.MinValue;

    /// <summary>For one caller at a time.</summary>
    /// <param name="free">How many slots the lane has; 1 or more.</param>
    public async Task<Turns> TakeAsync(Lane lane, int free, CancellationToken cancellationToken)
    {
        crowded[(int)lane] &= backlogs.Count(lane) > 0;
        if (!crowded[(int)lane] && await LookAsync(lane, free, cancellationToken) is { } turns)
        {
            return turns;
        }

        await SearchAsync(lane, cancellationToken);
        return await InTurnAsync(lane, free, cancellationToken);
    }

    /// <summary>To be called when the work was begun. Until then its tenants count as having a backlog: what is accepted meanwhile does not overtake it.</summary>
    /// <param name="refused">Tenants of which something could not be begun after all.</param>
    public void Begun(Lane lane, Turns turns, IEnumerable<string> refused)
    {
        AddAll(refused, lane);
        backlogs.RemoveAll(lane, turns.Seen);
        foreach (var (tenant, seen) in turns.Through)
        {
            backlogs.Remove(tenant, lane, seen);
        }
    }

    /// <returns>Null when more is due than one look shows.</returns>
    private async Task<Turns?> LookAsync(Lane lane, int free, CancellationToken cancellationToken)
    {
        var seen = backlogs.Counted;
        var now = clock.GetUtcNow();
        var window = Math.Clamp(free * 2, SmallestWindow, LargestWindow);

        // Looks a little ahead, so that what falls due before this lane's next look is begun at its time.
        var found = await due.SeeAsync(lane, now + (2 * options.Value.Pause), window, cancellationToken);
        var dueNow = found.Where(work => work.DueAt <= now).ToList();
        if (dueNow.Count == window)
        {
            crowded[(int)lane] = true;
            AddAll(dueNow.Select(work => work.Tenant), lane);
            return null;
        }

        if (found.Count > dueNow.Count)
        {
            waker.WakeAt(found[dueNow.Count].DueAt!.Value);
        }

        var chances = new Dictionary<string, (int Room, int Weight)>(StringComparer.Ordinal);
        foreach (var tenant in dueNow.Select(work => work.Tenant).Distinct(StringComparer.Ordinal))
        {
            if (await admission.ChanceOfAsync(tenant, cancellationToken) is { } chance)
            {
                chances[tenant] = chance;
            }
        }

        var dealt = FairDeal.Deal(dueNow, free, chances);
        var starved = dueNow.Where(work => chances.ContainsKey(work.Tenant)).Except(dealt).Select(work => work.Tenant).Distinct(StringComparer.Ordinal).ToList();
        AddAll(dueNow.Select(work => work.Tenant), lane);
        var marked = backlogs.Counted;
        var through = dealt.Select(work => work.Tenant).Distinct(StringComparer.Ordinal).Except(starved, StringComparer.Ordinal);
        return new Turns(dealt, starved) { Through = [.. through.Select(tenant => (tenant, marked))], Seen = seen };
    }

    private async Task<Turns> InTurnAsync(Lane lane, int free, CancellationToken cancellationToken)
    {
        var tenants = backlogs.Count(lane);
        var work = new List<WorkItem>();
        var starved = new List<string>();
        var through = new List<(string Tenant, long Seen)>();
        for (var turn = 0; turn < tenants && work.Count < free && backlogs.Next(lane) is ({ } tenant, var left); turn++)
        {
            var seen = backlogs.Counted;
            if (await admission.ChanceOfAsync(tenant, cancellationToken) is not { } chance)
            {
                continue;
            }

            if (chance.Room < 1)
            {
                starved.Add(tenant);
                continue;
            }

            var quota = left ?? Math.Max(ShortestTurn, free / tenants) * chance.Weight;
            var wanted = Math.Min(Math.Min(chance.Room, quota), free - work.Count);
            var found = await due.OfAsync(tenant, lane, clock.GetUtcNow(), wanted, cancellationToken);
            work.AddRange(found);
            if (found.Count < wanted)
            {
                through.Add((tenant, seen));
            }
            else
            {
                starved.Add(tenant);
                if (work.Count == free && quota > wanted)
                {
                    backlogs.KeepTurn(tenant, lane, quota - wanted);
                }
            }
        }

        return new Turns(work, starved) { Through = through };
    }

    /// <summary>Looks for tenants whose due work lies behind that of others, some at a time.</summary>
    private async Task SearchAsync(Lane lane, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await due.NextAfterAsync(lane, now, cancellationToken) is { } next)
        {
            waker.WakeAt(next);
        }

        if (now - searchedAt < BetweenSearches)
        {
            return;
        }

        searchedAt = now;
        for (var step = 0; step < MostTenantsInASearch; step++)
        {
            if (await due.NextTenantAsync(searched, now, cancellationToken) is not { } found)
            {
                searched = string.Empty;
                return;
            }

            searched = found.Tenant;
            foreach (var its in found.Due)
            {
                AddAll([found.Tenant], its);
            }
        }
    }

    private void AddAll(IEnumerable<string> tenants, Lane lane)
    {
        foreach (var tenant in tenants.Distinct(StringComparer.Ordinal))
        {
            backlogs.Add(tenant, lane);
        }
    }
}
