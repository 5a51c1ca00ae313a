using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Traces;

internal enum TraceEntryKind
{
    Accepted,
    RuleMatched,
    RuleSkipped,
    Step,
    Effect,
    EffectStatus,
    Callback,
    CallbackAttempt,
    RunEnded,
    EventEnded,
    Job,
}

/// <summary>How an entry is known.</summary>
internal enum TraceSource
{
    /// <summary>Written down when it happened.</summary>
    Recorded,

    /// <summary>Worked out just now, from how things stand.</summary>
    Recomputed,
}

/// <summary>One thing that happened, was decided, or is due.</summary>
internal sealed record TraceEntry
{
    /// <summary>When it happened, or is due; null where that is not known.</summary>
    public DateTimeOffset? At { get; init; }

    public required TraceEntryKind Kind { get; init; }

    /// <summary>A sentence. Holds no personal data.</summary>
    public required string Title { get; init; }

    public TraceTone Tone { get; init; }

    public TraceSource Source { get; init; }

    /// <summary>More about it, such as why it failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    public string? EventLogId { get; init; }

    public string? RunId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedEvent? Event { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedRule? Rule { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedStep? Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedEffect? Effect { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedCallback? Callback { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TracedAttempt? Attempt { get; init; }

    /// <summary>Where it stands in the list; providers tell times in whole seconds, which would put an effect before its cause.</summary>
    [JsonIgnore]
    public DateTimeOffset? Order { get; init; }
}

internal sealed record TracedEvent(string Trigger, string? Phone, string? Email, JsonElement? Variables, JsonElement? Data)
{
    public DateTimeOffset? RunAt { get; init; }

    public string? ReplayOf { get; init; }

    /// <summary>The event at the start of the chain that led to this one.</summary>
    public string? CausedBy { get; init; }

    public string? Error { get; init; }
}

/// <param name="Version">The one that its run has pinned; null where none started.</param>
/// <param name="Reason">Why it did not start; null where it did.</param>
internal sealed record TracedRule(string RuleId, string RuleName, long? Version, string? Reason);

internal sealed record TracedStep
{
    public int Index { get; init; }

    public required string Path { get; init; }

    public required string Type { get; init; }

    public string? Name { get; init; }

    public StepStatus Status { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int Attempts { get; init; }

    public JsonElement? Result { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string? HeldFor { get; init; }

    /// <summary>In the provider's words where it has spoken.</summary>
    public string? Error { get; init; }

    /// <summary>The provider's own code, or ours.</summary>
    public string? ErrorCode { get; init; }
}

/// <summary>A message, a mail or a meeting as it was rendered, and what became of it.</summary>
internal sealed record TracedEffect
{
    public required string Id { get; init; }

    public required string Channel { get; init; }

    public required string Provider { get; init; }

    public string? ProviderId { get; init; }

    public string? To { get; init; }

    public string? Subject { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    public JsonElement? Template { get; init; }

    public string? MeetLink { get; init; }

    public required string Status { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The provider's words.</summary>
    public string? Error { get; init; }
}

internal sealed record TracedCallback(string CallbackLogId, string Url, CallbackStatus Status)
{
    /// <summary>The very bytes of every attempt, as text in UTF-8; null until the first one, and where they are left out.</summary>
    public string? Body { get; init; }

    /// <summary>How many bytes the body has.</summary>
    public int? BodyBytes { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? HeldFor { get; init; }

    /// <summary>It is the event's own report, whose fields are ours; else a payload of the client's.</summary>
    [JsonIgnore]
    public bool IsReport { get; init; }
}

/// <param name="Number">From 1.</param>
/// <param name="StatusCode">Null when no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
internal sealed record TracedAttempt(string CallbackLogId, int Number, int? StatusCode, long DurationMs)
{
    public string? Error { get; init; }

    /// <summary>The first 4 KiB of the receiver's answer.</summary>
    public string? Answer { get; init; }

    /// <summary>Null when nothing was signed.</summary>
    public SignedStrings? Signed { get; init; }
}

/// <summary>What the signatures of an attempt were made over. The secret is never shown.</summary>
/// <param name="WebhookId">Of the header <c>webhook-id</c>.</param>
/// <param name="WebhookTimestamp">Of the header <c>webhook-timestamp</c>.</param>
/// <param name="WebhookSignature">What <c>webhook-signature</c> signs: <c>webhook-id.webhook-timestamp.body</c>. Null where it is left out.</param>
/// <param name="LegacySignature">What <c>x-ecodrix-signature</c> signs: the body alone. Null where it is left out.</param>
internal sealed record SignedStrings(string WebhookId, string WebhookTimestamp, string? WebhookSignature, string? LegacySignature);
