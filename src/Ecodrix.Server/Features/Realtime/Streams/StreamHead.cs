using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>One thing that the tenant's dashboards were told.</summary>
/// <param name="Seq">One more than that of the one before, while the tenant is watched.</param>
/// <param name="At">By the tenant's clock.</param>
/// <param name="Payload">Without the number and the time.</param>
/// <param name="Bytes">How many the payload has.</param>
internal sealed record StreamEntry(long Seq, DateTimeOffset At, string Event, JsonElement Payload, int Bytes);

/// <summary>The end of a tenant's stream: the one document through which its events get their numbers, with the latest of them in it.</summary>
/// <remarks>
/// Whoever replaces it has numbered its events and made them durable in one write, so there is no number without its event,
/// and none is given twice, by however many processes. When it has become full its entries move on to a
/// <see cref="StreamPage"/>, before the replacement that leaves them out.
/// </remarks>
internal sealed record StreamHead : IDocument<StreamHead>
{
    public const string TheOne = "stream";

    /// <summary>More than so many entries, or bytes, begin a page: what is replaced at every write stays small.</summary>
    private const int MostOpen = 16;

    private const int MostOpenBytes = 16 * 1024;

    public static Collection<StreamHead> Collection { get; } = new("realtimeStreams", RealtimeJson.Default.StreamHead);

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    public long LastSeq { get; init; }

    /// <summary>The least number that is still to be had. A gap that begins before it is not to be filled.</summary>
    public long Floor { get; init; } = 1;

    /// <summary>The <see cref="Watching.Watch.Period"/> in which it was written.</summary>
    public required string Period { get; init; }

    /// <summary>In real time.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    public IReadOnlyList<StreamEntry> Open { get; init; } = [];

    /// <summary>What stands for a stream that was emptied.</summary>
    /// <returns>Null when no number was given yet.</returns>
    public static StreamHead? Before(long lastSeq) => lastSeq == 0 ? null : new StreamHead { Version = 0, LastSeq = lastSeq, Period = "", WrittenAt = DateTimeOffset.MinValue };

    /// <summary>The stream with more events at its end. Pure.</summary>
    /// <param name="head">Null before the first.</param>
    /// <param name="isBroken">Something was not told in between. A number is then left out, by which everybody learns of it.</param>
    /// <returns>The next head, the page that must be stored before it, if any, and the events with their numbers.</returns>
    public static Appended Append(StreamHead? head, IReadOnlyList<Told> events, string period, bool isBroken, DateTimeOffset now)
    {
        var breaks = isBroken || (head is not null && !string.Equals(head.Period, period, StringComparison.Ordinal));
        var first = (head?.LastSeq ?? 0) + (breaks ? 2 : 1);
        List<StreamEntry> entries = [.. events.Select((told, number) => new StreamEntry(first + number, told.At, told.Event.Name, told.Event.Payload, told.Event.Bytes))];
        var kept = breaks ? [] : head?.Open ?? [];
        var isFull = kept.Count > 0 && (kept.Count + entries.Count > MostOpen || kept.Concat(entries).Sum(entry => entry.Bytes) > MostOpenBytes);
        var next = new StreamHead
        {
            Version = (head?.Version ?? 0) + 1,
            LastSeq = first + events.Count - 1,
            Floor = breaks ? first : head?.Floor ?? 1,
            Period = period,
            WrittenAt = now,
            Open = isFull ? entries : [.. kept, .. entries],
        };
        return new Appended(next, isFull ? StreamPage.Of(kept, head!.WrittenAt) : null, entries);
    }
}

/// <param name="Full">To be stored before <paramref name="Head"/> is.</param>
internal sealed record Appended(StreamHead Head, StreamPage? Full, IReadOnlyList<StreamEntry> Entries);

/// <summary>An event on its way to its number.</summary>
/// <param name="At">By the tenant's clock.</param>
internal sealed record Told(RealtimeEvent Event, DateTimeOffset At);

/// <summary>A stretch of a tenant's stream, without gaps. Its id leads with its first number.</summary>
internal sealed record StreamPage : IDocument<StreamPage>
{
    public static Collection<StreamPage> Collection { get; } = new("realtimePages", RealtimeJson.Default.StreamPage);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required long FirstSeq { get; init; }

    public required long LastSeq { get; init; }

    /// <summary>When its last entry was written, in real time.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    public required IReadOnlyList<StreamEntry> Entries { get; init; }

    /// <summary>Sorts as the numbers do.</summary>
    public static string IdOf(long firstSeq) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p{Math.Max(0, firstSeq):d19}");

    /// <param name="entries">At least one.</param>
    public static StreamPage Of(IReadOnlyList<StreamEntry> entries, DateTimeOffset writtenAt) => new()
    {
        Id = IdOf(entries[0].Seq),
        FirstSeq = entries[0].Seq,
        LastSeq = entries[^1].Seq,
        WrittenAt = writtenAt,
        Entries = entries,
    };
}
