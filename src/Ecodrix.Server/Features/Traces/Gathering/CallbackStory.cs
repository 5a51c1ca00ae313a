using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Tells of a callback and of every attempt, with the bytes and what was signed. Pure.</summary>
internal static class CallbackStory
{
    /// <param name="runId">Of the action that sends it; null for the event's own.</param>
    public static IEnumerable<TraceEntry> Of(WorkItem work, string? runId, bool tellsBodies, TraceBudget budget)
    {
        var callback = work.Callback!;
        var eventLogId = WorkIds.EventOf(work.Id);
        var at = callback.Attempts.Count > 0 ? callback.Attempts[0].At : callback.NextAttemptAt;
        var skipped = Math.Max(0, callback.Attempts.Count - TraceLimits.Attempts);
        var note = $"The bytes of callback {callback.Id} are left out here: GET /api/saas/trace/{callback.Id}, or /api/saas/callbacks/logs/{callback.Id}.";
        yield return new TraceEntry
        {
            At = at,
            Order = at,
            Kind = TraceEntryKind.Callback,
            Title = callback.Status switch
            {
                CallbackStatus.Delivered => "The callback left, and was delivered in the end.",
                CallbackStatus.Failed => "The callback left, and was given up in the end.",
                _ when callback.Attempts.Count == 0 => "The callback has not left yet.",
                _ => "The callback left, and is not delivered yet.",
            },
            Tone = callback.Status switch { CallbackStatus.Delivered => TraceTone.Good, CallbackStatus.Failed => TraceTone.Bad, _ => TraceTone.Waiting },
            EventLogId = eventLogId,
            RunId = runId,
            Callback = TracedOf(work, Told),
        };

        if (skipped > 0)
        {
            budget.Leave(FormattableString.Invariant($"The first {skipped} of {callback.Attempts.Count} attempts at callback {callback.Id} are left out: GET /api/saas/callbacks/logs/{callback.Id}."));
        }

        foreach (var (index, attempt) in callback.Attempts.Index().Skip(skipped))
        {
            yield return Of(callback, index + 1, attempt, Told) with { EventLogId = eventLogId, RunId = runId };
        }

        string? Told(string? text) => tellsBodies ? budget.Body(text, note) : null;
    }

    private static TracedCallback TracedOf(WorkItem work, Func<string?, string?> told)
    {
        var callback = work.Callback!;
        return new TracedCallback(callback.Id, callback.Url, callback.Status)
        {
            Body = told(callback.Body),
            BodyBytes = callback.Body is { } body ? Encoding.UTF8.GetByteCount(body) : null,
            NextAttemptAt = callback.NextAttemptAt,
            HeldFor = callback.HeldFor,
            IsReport = work.Event is not null,
        };
    }

    private static TraceEntry Of(CallbackState callback, int number, Ecodrix.Engine.Runs.CallbackAttempt attempt, Func<string?, string?> told) => new()
    {
        At = attempt.At,
        Order = attempt.At,
        Kind = TraceEntryKind.CallbackAttempt,
        Title = attempt.StatusCode is { } status
            ? FormattableString.Invariant($"Attempt {number}: the receiver answered {status} after {attempt.DurationMs} ms.")
            : FormattableString.Invariant($"Attempt {number}: no answer came."),
        Tone = attempt.StatusCode is >= 200 and < 300 ? TraceTone.Good : TraceTone.Bad,
        Attempt = new TracedAttempt(callback.Id, number, attempt.StatusCode, attempt.DurationMs)
        {
            Error = TraceBudget.Cut(attempt.Error),
            Answer = TraceBudget.Cut(attempt.Answer),
            Signed = callback.Body is { } body && TimeSigned(attempt) is { } at ? SignedOf(callback.Id, CallbackSigner.Timestamp(at), body, told) : null,
        },
    };

    /// <summary>Attempts from before it was written down were signed at their own time, which a twin's clock may have moved.</summary>
    private static DateTimeOffset? TimeSigned(Ecodrix.Engine.Runs.CallbackAttempt attempt) =>
        attempt.SignedAt ?? (attempt.StatusCode is null ? null : attempt.At);

    private static SignedStrings SignedOf(string id, string timestamp, string body, Func<string?, string?> told) =>
        new(id, timestamp, told($"{id}.{timestamp}.{body}"), told(body));
}
