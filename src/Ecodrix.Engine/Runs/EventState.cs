using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Engine.Runs;

/// <summary>A named event as it was accepted, and what has come of it.</summary>
public sealed record EventState
{
    public required string Trigger { get; init; }

    public EventStatus Status { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    /// <summary>An object, or null. <c>{{event.x}}</c>.</summary>
    public JsonElement? Variables { get; init; }

    /// <summary>An object, or null. <c>{{data.x}}</c>.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Rules are matched when the event is due; until then this is what would have matched at the accept.</summary>
    public int RulesMatched { get; init; }

    /// <summary>Whether the rules were matched and <see cref="Runs"/> made.</summary>
    public bool IsMatched { get; init; }

    /// <summary>Only this rule is started, whatever its trigger; for an enrollment.</summary>
    public string? OnlyRuleId { get; init; }

    public IReadOnlyList<Run> Runs { get; init; } = [];

    public IReadOnlyList<SkippedRule> Skipped { get; init; } = [];

    /// <summary>What must be made before the steps that use it, such as a meeting link; null when nothing was asked for.</summary>
    public Prelude? Prelude { get; init; }

    public Lineage Lineage { get; init; } = Lineage.None;

    /// <summary>The event that this one repeats.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Some rule may wait for this trigger, so a worker looks for waits of the lead once; false afterwards.</summary>
    public bool WakesWaits { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }

    public IdempotencyMark? Idempotency { get; init; }

    /// <summary>What stands between the event and its rules: it came while its tenant's database was down. Null when nothing does.</summary>
    public Deferral? Deferred { get; init; }

    /// <summary>What a newer version of the program has written here and this one does not know: kept as it is.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unread { get; set; }
}

/// <summary>An event that was taken in without its tenant's database: whom it is about is found out when that is back.</summary>
/// <param name="Key">Events of one key start in the order accepted.</param>
/// <param name="Asked">What is to be found or made; <see cref="IDeferredEvents"/> alone knows its form.</param>
public sealed record Deferral(string Key, JsonElement Asked);

public enum EventStatus
{
    Received,
    Scheduled,
    Processing,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Why a rule of the event's trigger did not start.</summary>
public sealed record SkippedRule(string RuleId, string RuleName, string Reason);

/// <summary>Where an event came from: the chain that the loop guard counts.</summary>
/// <param name="RootId">The event that started the chain; null for a root itself.</param>
/// <param name="Depth">0 for a root; one more for each event caused by a run of another.</param>
public sealed record Lineage(string? RootId, int Depth)
{
    /// <summary>Ten levels deep; then the run fails with <c>AUTOMATION_CIRCULAR</c>.</summary>
    public const int MaxDepth = 10;

    /// <summary>At most this many events from one root.</summary>
    public const int MaxEvents = 1_000;

    public static Lineage None { get; } = new(null, 0);

    /// <summary>When what caused it was owed, where a restore has it done again; null otherwise.</summary>
    public DateTimeOffset? OwedAt { get; init; }

    /// <summary>The lineage of what the event with this id causes.</summary>
    public Lineage Next(string eventId) => new(RootId ?? eventId, Depth + 1) { OwedAt = OwedAt };
}

/// <summary>The caller's idempotency key, the SHA-256 of the request it stood on, and the answer that was given.</summary>
public sealed record IdempotencyMark(string Key, string RequestHash, JsonElement? Answer);

/// <summary>An effect that comes before the rules' steps and lends them variables.</summary>
public sealed record Prelude
{
    /// <summary>A step of a registered type, with a rendered configuration.</summary>
    public required Step Step { get; init; }

    public required JsonElement Config { get; init; }

    /// <summary>The names under <c>event</c> that its result fills; a step whose configuration mentions one waits for it.</summary>
    public IReadOnlyList<string> Provides { get; init; } = [];
}
