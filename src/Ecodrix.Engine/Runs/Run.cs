using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Engine.Runs;

/// <summary>One rule at work for one event, in the version it had when it started.</summary>
public sealed record Run
{
    public required string Id { get; init; }

    public required string RuleId { get; init; }

    public required string RuleName { get; init; }

    public required long RuleVersion { get; init; }

    public bool IsSequence { get; init; }

    /// <summary>Its rule names events that end it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EndsOnEvents { get; init; }

    /// <summary>While it waits for quiet before it starts, and may yet be replaced; null otherwise.</summary>
    public PendingStart? Pending { get; init; }

    /// <summary>The claim by which its rule runs once for a key; null where that is not limited.</summary>
    public string? Once { get; init; }

    public RunStatus Status { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why it failed, or what cancelled it where that was an event.</summary>
    public string? Error { get; init; }

    /// <summary>A step's outcome is unknown and a person should look.</summary>
    public bool Attention { get; init; }

    /// <summary>All steps of the rule, branches flattened in the order written. At most 200.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>What a newer version of the program has written here and this one does not know: kept as it is.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unread { get; set; }
}

public enum RunStatus
{
    Running,
    Waiting,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>One action of a run.</summary>
public sealed record Step
{
    public required int Index { get; init; }

    /// <summary>Where it stands in the rule: <c>0</c>, <c>2.then.0</c>.</summary>
    public required string Path { get; init; }

    public required string Type { get; init; }

    /// <summary>Under which later steps find its result: <c>resolved.{name}</c>.</summary>
    public string? Name { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>When it fell or falls due; for a wait, when the wait ends. Back-off does not move it.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the next attempt is made of a step that was refused for now; null otherwise.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int Attempts { get; init; }

    /// <summary>As the rule's version has it; a run is decided without its rule at hand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan Delay { get; init; }

    /// <summary>Whether a failure of this step lets the run go on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ContinuesOnError { get; init; }

    /// <summary>The index of the branch this stands in; null at the top.</summary>
    public int? Parent { get; init; }

    /// <summary>On which side of its branch it stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsElse { get; init; }

    /// <summary>An object that names the effect: <c>messageId</c>, <c>meetingId</c>.</summary>
    public JsonElement? Result { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why it failed, was skipped or is tried again.</summary>
    public string? LastError { get; init; }

    /// <summary>The provider's own code, or ours, of a failed step.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Its configuration mentions what the event's <see cref="Prelude"/> provides, so it waits for that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsPrelude { get; init; }

    /// <summary>The event that a waiting step waits for; null when it waits for a time.</summary>
    public AwaitedEvent? Awaits { get; init; }

    /// <summary>Why it does not go on though its time has come, or what moved that time, such as <c>quiet hours until 2026-03-16T02:30:00.000Z</c>; null when nothing holds it.</summary>
    public string? HeldFor { get; init; }

    /// <summary>Since when an incident's control holds it; it does not expire meanwhile. Null when nothing of that kind holds it.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>When it was owed, where a hold has asked; whatever moves its other times, this stays.</summary>
    public DateTimeOffset? OwedAt { get; init; }

    /// <summary>When the outside world was touched with this step's id as key. Set and not settled after a crash: the effect may have happened.</summary>
    public DateTimeOffset? EffectStartedAt { get; init; }

    /// <summary>What a newer version of the program has written here and this one does not know: kept as it is.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unread { get; set; }
}

/// <summary>What a run needs when its quiet time is over.</summary>
/// <param name="Claim">The claim that says which run is the last.</param>
/// <param name="Once">What it is to be the only run for; null when that is not limited.</param>
/// <param name="Replaces">The run that waited before it; null when none did.</param>
public sealed record PendingStart(string Claim, OnceKey? Once, string? Replaces);

/// <summary>What a rule runs once for.</summary>
/// <param name="Claim">The claim's id.</param>
/// <param name="Shown">The rendered key, cut to a readable length.</param>
public sealed record OnceKey(string Claim, string Shown);

/// <param name="Since">Only events accepted from here on count.</param>
/// <param name="StopsOnTimeout">Whether the run ends when the time is up; else it goes on.</param>
/// <param name="Match">A path on which both events must agree, such as <c>data.appointmentId</c>; null when none.</param>
public sealed record AwaitedEvent(string Trigger, DateTimeOffset Since, bool StopsOnTimeout, string? Match);

public enum StepStatus
{
    Pending,
    Waiting,
    Running,
    Completed,
    Failed,
    Skipped,
    Cancelled,
    Unknown,
}
