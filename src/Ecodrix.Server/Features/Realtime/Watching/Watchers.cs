using System.Collections.Concurrent;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Realtime.Watching;

/// <summary>Which tenants are watched: a socket or a token of theirs was used in the last 24 hours. Asked at every change, so it answers from memory.</summary>
/// <remarks>Written down, so that a restart within that time leaves no gap; once an hour for each tenant that is looked at, not at every look.</remarks>
internal sealed class Watchers(IServicesDatabase services, TimeProvider clock)
{
    private const int AtOnce = 500;

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    private static readonly TimeSpan Noted = TimeSpan.FromHours(1);

    /// <summary>How far apart the clocks of two processes may be.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(1);

    private readonly IDocuments<Watch> watches = services.Documents<Watch>();

    private readonly IDocuments<LastStop> stops = services.Documents<LastStop>();

    private readonly ConcurrentDictionary<string, Watch> known = new(StringComparer.Ordinal);

    private DateTimeOffset seenUntil = DateTimeOffset.UnixEpoch;

    /// <summary>Whether anybody would see what is told of the tenant.</summary>
    public bool IsWatched(string tenant) => known.TryGetValue(tenant, out var watch) && watch.Until > clock.GetUtcNow();

    /// <returns>Null when the tenant is not watched.</returns>
    public Watch? Find(string tenant) => known.TryGetValue(tenant, out var watch) && watch.Until > clock.GetUtcNow() ? watch : null;

    /// <returns>The last number that was given before the tenant was emptied; 0 when it never was.</returns>
    public long BaseOf(string tenant) => known.TryGetValue(tenant, out var watch) ? watch.Base : 0;

    /// <returns>After which number a stream goes on of which nothing is kept.</returns>
    public long ResumeOf(string tenant) => BaseOf(tenant) is var given and > 0 ? given + 1 : 0;

    /// <summary>A socket or a token is used now. When this returns, every change from here on is told, by this process at least.</summary>
    public async Task NoteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(tenant.Value, out var watch) && watch.NotedAt + Noted > now)
        {
            return;
        }

        while (true)
        {
            var stored = await watches.FindAsync(tenant.Value, cancellationToken);
            var next = new Watch
            {
                Id = tenant.Value,
                Version = (stored?.Version ?? 0) + 1,
                Period = stored?.Until > now ? stored.Period : DocumentId.New(now),
                NotedAt = now,
                Until = now + Lasts,
                Base = stored?.Base ?? 0,
            };
            if (await (stored is null ? watches.TryAddAsync(next, cancellationToken) : watches.TryReplaceAsync(next, cancellationToken)))
            {
                Keep(next);
                return;
            }
        }
    }

    /// <summary>Reads all that there is. Before the first change is made.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <summary>Begins as the only process. When the one before ended without telling everything, each stream leaves out a number: so whoever watches learns that something is missing.</summary>
    public async Task BeginAloneAsync(CancellationToken cancellationToken)
    {
        if (await IsOpenAsync(cancellationToken))
        {
            foreach (var watch in known.Values.Where(watch => watch.Until > clock.GetUtcNow()))
            {
                var next = watch with { Version = watch.Version + 1, Period = DocumentId.New(clock.GetUtcNow()) };
                if (await watches.TryReplaceAsync(next, cancellationToken))
                {
                    Keep(next);
                }
            }
        }

        await MarkAsync(isOpen: true, cancellationToken);
    }

    /// <summary>Everything has been told.</summary>
    public Task EndAloneAsync(CancellationToken cancellationToken) => MarkAsync(isOpen: false, cancellationToken);

    /// <summary>Reads what other processes have noted since the last time.</summary>
    public Task FollowAsync(CancellationToken cancellationToken) => ReadAsync(Condition.Gte("notedAt", Instants.Write(seenUntil - Apart)), cancellationToken);

    /// <summary>The tenants that nobody has looked at for a day, as the database has it.</summary>
    public async Task<IReadOnlyList<Watch>> LapsedAsync(CancellationToken cancellationToken)
    {
        var lapsed = new List<Watch>();
        foreach (var watch in known.Values.Where(watch => watch.Until <= clock.GetUtcNow()))
        {
            switch (await watches.FindAsync(watch.Id, cancellationToken))
            {
                case null or { IsCleared: true }:
                    known.TryRemove(watch.Id, out _);
                    break;
                case { } stored when stored.Until <= clock.GetUtcNow():
                    lapsed.Add(stored);
                    break;
                case { } stored:
                    Keep(stored);
                    break;
            }
        }

        return lapsed;
    }

    /// <summary>Says of a watch that lapsed that nothing is kept for it any more, unless somebody looks again.</summary>
    public async Task ClearedAsync(Watch lapsed, CancellationToken cancellationToken)
    {
        if (await watches.TryReplaceAsync(lapsed with { Version = lapsed.Version + 1, IsCleared = true }, cancellationToken))
        {
            known.TryRemove(new KeyValuePair<string, Watch>(lapsed.Id, lapsed));
        }
    }

    /// <summary>What was kept is emptied: nobody watches until a socket or a token is used again, and the numbers go on from there.</summary>
    public async Task EmptiedAsync(string tenant, long lastSeq, CancellationToken cancellationToken)
    {
        known.TryRemove(tenant, out _);
        while (await watches.FindAsync(tenant, cancellationToken) is { } stored)
        {
            var emptied = stored with { Version = stored.Version + 1, Until = clock.GetUtcNow(), IsCleared = true, Base = Math.Max(lastSeq, stored.Base) };
            if (await watches.TryReplaceAsync(emptied, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Forgets that the tenant was ever watched.</summary>
    public async Task ForgetAsync(string tenant, CancellationToken cancellationToken)
    {
        known.TryRemove(tenant, out _);
        await watches.DeleteAsync(tenant, cancellationToken);
    }

    private async Task<bool> IsOpenAsync(CancellationToken cancellationToken) =>
        await stops.FindAsync(LastStop.TheOne, cancellationToken) is { IsOpen: true };

    private async Task MarkAsync(bool isOpen, CancellationToken cancellationToken)
    {
        var stored = await stops.FindAsync(LastStop.TheOne, cancellationToken);
        var next = new LastStop { Version = (stored?.Version ?? 0) + 1, IsOpen = isOpen };

        // Lost only to another process: then this one is not alone, and the mark means nothing.
        await (stored is null ? stops.TryAddAsync(next, cancellationToken) : stops.TryReplaceAsync(next, cancellationToken));
    }

    private async Task ReadAsync(Condition? where, CancellationToken cancellationToken)
    {
        IReadOnlyList<Watch> page;
        var after = "";
        do
        {
            var beyond = Condition.Gt("_id", after);
            var query = new DocumentQuery(where is null ? beyond : new Condition.All(where, beyond), AtOnce) { Sort = [new Sort("_id")] };
            page = await watches.QueryAsync(query, cancellationToken);
            foreach (var watch in page)
            {
                if (!watch.IsCleared)
                {
                    Keep(watch);
                }

                after = watch.Id;
                seenUntil = watch.NotedAt > seenUntil ? watch.NotedAt : seenUntil;
            }
        }
        while (page.Count == AtOnce);
    }

    private void Keep(Watch watch) =>
        known.AddOrUpdate(watch.Id, static (_, read) => read, static (_, held, read) => held.Version < read.Version || held.Until <= read.Until ? read : held, watch);
}
