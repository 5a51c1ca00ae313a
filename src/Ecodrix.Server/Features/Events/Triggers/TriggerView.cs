using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>The answer to a trigger.</summary>
internal sealed record TriggerView
{
    /// <summary>Null for a dry run.</summary>
    public string? EventLogId { get; init; }

    public required string Trigger { get; init; }

    /// <summary>Null when nobody was found, and in a dry run for a lead that would be made.</summary>
    public string? LeadId { get; init; }

    public string? MeetLink { get; init; }

    /// <summary>Null when no link was asked for; else <c>pending</c>, <c>created</c> or <c>failed</c>.</summary>
    public string? MeetStatus { get; init; }

    public string? MeetWarning { get; init; }

    /// <summary><c>deferred</c> when the client's database was down: the event is accepted, and worked off in its order when that is back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>Of a scheduled event: what would match now. Null when it is not known yet.</summary>
    public int? RulesMatched { get; init; }

    public bool Scheduled { get; init; }

    public DateTimeOffset? RunAt { get; init; }

    public required string Mode { get; init; }

    /// <summary>Tells whoever opens it what happened, for 7 days; without personal data. Null for a dry run.</summary>
    public string? TraceUrl { get; init; }

    public IReadOnlyList<StartedRunView> Runs { get; init; } = [];

    public IReadOnlyList<SkippedRule> Skipped { get; init; } = [];

    /// <summary>What was sent and had no effect.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether this is the answer to an earlier request with the same idempotency key.</summary>
    public bool Replayed { get; init; }

    /// <summary>Whether the event is yet to be worked on: scheduled, or deferred.</summary>
    [JsonIgnore]
    public bool IsToCome => Scheduled || State is not null;

    /// <param name="work">The event as it was stored.</param>
    public static TriggerView Of(WorkItem work, IReadOnlyList<string> warnings)
    {
        var state = work.Event!;
        var scheduled = state.Status is EventStatus.Scheduled;
        return new TriggerView
        {
            EventLogId = work.Id,
            Trigger = state.Trigger,
            LeadId = work.LeadId,
            MeetLink = MeetLinkOf(state),
            MeetStatus = MeetStatusOf(state),
            MeetWarning = state.Prelude?.Step is { Status: StepStatus.Failed or StepStatus.Skipped or StepStatus.Unknown } step ? step.LastError : null,
            State = state.Deferred is null ? null : "deferred",
            RulesMatched = state.Deferred is null ? state.RulesMatched : null,
            Scheduled = scheduled,
            RunAt = scheduled ? work.RunAt : null,
            Mode = TenantId.Parse(work.Tenant).Mode,
            Runs = [.. state.Runs.Select(run => new StartedRunView(run.Id, run.RuleId, run.RuleName))],
            Skipped = state.Skipped,
            Warnings = warnings,
        };
    }

    /// <returns>Null while there is none.</returns>
    public static string? MeetLinkOf(EventState state) =>
        state.Prelude?.Step.Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("meetLink", out var link)
        && link.ValueKind is JsonValueKind.String
            ? link.GetString()
            : null;

    private static string? MeetStatusOf(EventState state) => state.Prelude?.Step.Status switch
    {
        null => null,
        StepStatus.Completed => "created",
        StepStatus.Pending or StepStatus.Running or StepStatus.Waiting => "pending",
        _ => "failed",
    };
}

/// <summary>A run that a trigger started, or of a dry run would start.</summary>
/// <param name="RunId">Null in a dry run.</param>
internal sealed record StartedRunView(string? RunId, string RuleId, string RuleName)
{
    /// <summary>Of a dry run: what each step would do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Automations.RehearsedStep>? Steps { get; init; }
}
