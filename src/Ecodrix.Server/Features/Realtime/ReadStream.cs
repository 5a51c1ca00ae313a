using System.Globalization;
using System.Text.Json;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>What was told after a number, for a dashboard that was away.</summary>
internal static class ReadStream
{
    private const int DefaultLimit = 200;

    private const int LargestLimit = 1_000;

    /// <param name="Event">Its name on the wire.</param>
    /// <param name="Data">What a connected dashboard was told.</param>
    public sealed record Entry(long Seq, DateTimeOffset At, string Event, JsonElement Data);

    /// <param name="Reset">What was asked for is not kept any more: read the state anew, then go on after <paramref name="LastSeq"/>.</param>
    /// <param name="HasMore">Ask again, after the last one of these.</param>
    public sealed record Answer(bool Reset, IReadOnlyList<Entry> Events, long LastSeq, bool HasMore);

    /// <param name="after">The last number that is known; 0 when none is.</param>
    /// <param name="limit">1 to 1,000.</param>
    public static async Task<Results<Ok<Answer>, Failure>> HandleAsync(
        string? after, string? limit, Caller caller, History history, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var from = Read(after, "after", 0, 0, long.MaxValue - 1, errors);
        var most = Read(limit, "limit", DefaultLimit, 1, LargestLimit, errors);
        return errors.Any
            ? new Failure(errors)
            : TypedResults.Ok(AnswerOf(await history.ReadAsync(caller.Database, from, (int)most, cancellationToken)));
    }

    /// <summary>A part of a stream as dashboards see it.</summary>
    public static Answer AnswerOf(Stretch stretch) =>
        new(stretch.IsLost, [.. stretch.Entries.Select(EntryOf)], stretch.LastSeq, stretch.HasMore);

    private static Entry EntryOf(StreamEntry entry) =>
        new(entry.Seq, entry.At, entry.Event, PayloadWriting.WithNumber(entry.Payload, entry.Seq, entry.At));

    private static long Read(string? text, string name, long fallback, long least, long most, ValidationErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return fallback;
    }
}
