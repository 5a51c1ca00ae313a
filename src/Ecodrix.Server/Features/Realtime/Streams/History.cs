using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>A tenant's stream as it lies in the tenant's own database: written at its end, read from any number on, cut off at its beginning.</summary>
internal sealed class History(ITenantDatabases databases, Watchers watchers, TimeProvider clock)
{
    private const int DeletedAtOnce = 200;

    /// <summary>Numbers the events and makes them durable.</summary>
    /// <param name="known">The head as this process wrote it last; another process may have written since.</param>
    /// <exception cref="DatabaseUnavailableException">Nothing was numbered, as far as is known.</exception>
    public async Task<Appended> AppendAsync(TenantId tenant, StreamHead? known, NewEvents events, CancellationToken cancellationToken)
    {
        var database = await databases.OpenAsync(tenant, cancellationToken);
        var heads = database.Documents<StreamHead>();
        var head = known ?? await heads.FindAsync(StreamHead.TheOne, cancellationToken);
        while (true)
        {
            var appended = StreamHead.Append(head ?? StreamHead.Before(watchers.BaseOf(tenant.Value)), events.Told, events.Period, events.IsBroken, clock.GetUtcNow());
            if (appended.Full is { } page)
            {
                await PutAsync(database, page, cancellationToken);
            }

            if (await (head is null ? heads.TryAddAsync(appended.Head, cancellationToken) : heads.TryReplaceAsync(appended.Head, cancellationToken)))
            {
                return appended;
            }

            head = await heads.FindAsync(StreamHead.TheOne, cancellationToken);
        }
    }

    /// <summary>What was told after a number.</summary>
    /// <param name="limit">How many at most; a stretch may hold fewer, for its size.</param>
    public async Task<Stretch> ReadAsync(ITenantDatabase database, long after, int limit, CancellationToken cancellationToken)
    {
        var head = await database.Documents<StreamHead>().FindAsync(StreamHead.TheOne, cancellationToken);
        if (head is null || !string.Equals(watchers.Find(database.Tenant.Value)?.Period, head.Period, StringComparison.Ordinal))
        {
            // What has happened since nobody looked was told to nobody: the number that is left out stands for it.
            var resume = head is null ? watchers.ResumeOf(database.Tenant.Value) : head.LastSeq + 1;
            return after == resume ? Stretch.Nothing(resume) : Stretch.Lost(resume);
        }

        if (after == head.LastSeq)
        {
            return Stretch.Nothing(after);
        }

        return after > head.LastSeq || after + 1 < head.Floor
            ? Stretch.Lost(head.LastSeq)
            : await new StretchReading(database, head, clock.GetUtcNow() - Keeping.AtMost).ReadAsync(after, limit, cancellationToken);
    }

    /// <summary>Cuts off what is too old or too much.</summary>
    /// <returns>The head as it is then.</returns>
    public async Task<StreamHead> TrimAsync(TenantId tenant, StreamHead head, CancellationToken cancellationToken)
    {
        var database = await databases.OpenAsync(tenant, cancellationToken);
        var floor = await Keeping.FloorAsync(database, head, clock.GetUtcNow(), cancellationToken);
        var next = head;
        if (floor > head.Floor)
        {
            // First nobody is to look there any more.
            next = head with { Version = head.Version + 1, Floor = floor };
            if (!await database.Documents<StreamHead>().TryReplaceAsync(next, cancellationToken))
            {
                // Another process writes the stream, and trims it too.
                return head;
            }
        }

        await DeleteBelowAsync(database, floor, cancellationToken);
        return next;
    }

    /// <returns>0 when there is no stream, or no database.</returns>
    public async Task<long> LastSeqAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            var database = await databases.OpenAsync(tenant, cancellationToken);
            return (await database.Documents<StreamHead>().FindAsync(StreamHead.TheOne, cancellationToken))?.LastSeq ?? 0;
        }
        catch (DatabaseUnavailableException)
        {
            // One that was never made, or is damaged, has given no number that anybody could see.
            return 0;
        }
    }

    /// <summary>Leaves nothing of the stream but its last number, so that none is ever given twice.</summary>
    public async Task ClearAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var database = await databases.OpenAsync(tenant, cancellationToken);
        var heads = database.Documents<StreamHead>();
        while (await heads.FindAsync(StreamHead.TheOne, cancellationToken) is { Open.Count: > 0 } head
            && !await heads.TryReplaceAsync(head with { Version = head.Version + 1, Floor = head.LastSeq + 1, Open = [] }, cancellationToken))
        {
        }

        await DeleteBelowAsync(database, long.MaxValue, cancellationToken);
    }

    private static async Task DeleteBelowAsync(ITenantDatabase database, long floor, CancellationToken cancellationToken)
    {
        var below = Condition.Lt("_id", StreamPage.IdOf(floor));
        while (await database.Documents<StreamPage>().DeleteManyAsync(below, DeletedAtOnce, cancellationToken) == DeletedAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Whoever lost the race for the head may have stored a shorter page of the same beginning.
    private static async Task PutAsync(ITenantDatabase database, StreamPage page, CancellationToken cancellationToken)
    {
        var pages = database.Documents<StreamPage>();
        while (!await pages.TryAddAsync(page, cancellationToken)
            && await pages.FindAsync(page.Id, cancellationToken) is var stored
            && (stored is null || (stored.LastSeq < page.LastSeq && !await pages.TryReplaceAsync(page with { Version = stored.Version + 1 }, cancellationToken))))
        {
        }
    }
}

/// <param name="Period">The <see cref="Watch.Period"/> in which they came.</param>
/// <param name="IsBroken">Something before them was not told.</param>
internal sealed record NewEvents(IReadOnlyList<Told> Told, string Period, bool IsBroken);

/// <summary>A part of a stream, without gaps.</summary>
/// <param name="LastSeq">The stream's last number; after a loss, the one to go on from.</param>
/// <param name="IsLost">What was asked for is not to be had any more: whoever asks must read its state anew.</param>
internal sealed record Stretch(IReadOnlyList<StreamEntry> Entries, long LastSeq, bool IsLost)
{
    public bool HasMore => Entries.Count > 0 && Entries[^1].Seq < LastSeq;

    public static Stretch Nothing(long lastSeq) => new([], lastSeq, IsLost: false);

    public static Stretch Lost(long lastSeq) => new([], lastSeq, IsLost: true);
}
