using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Runs;

/// <summary>A run as its tenant sees it.</summary>
internal sealed record RunView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string EventLogId { get; init; }

    public required string Trigger { get; init; }

    public required string RuleId { get; init; }

    public required string RuleName { get; init; }

    public long RuleVersion { get; init; }

    public string? LeadId { get; init; }

    public required string Mode { get; init; }

    public RunStatus Status { get; init; }

    /// <summary>A step's outcome is unknown and a person should look.</summary>
    public bool Attention { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required IReadOnlyList<StepView> Steps { get; init; }

    /// <summary>Tells whoever opens it what happened, for 7 days; without personal data.</summary>
    public string? TraceUrl { get; init; }

    /// <param name="work">The event that the run belongs to.</param>
    public static RunView Of(WorkItem work, Run run) => new()
    {
        Id = run.Id,
        EventLogId = work.Id,
        Trigger = work.Event!.Trigger,
        RuleId = run.RuleId,
        RuleName = run.RuleName,
        RuleVersion = run.RuleVersion,
        LeadId = work.LeadId,
        Mode = TenantId.Parse(work.Tenant).Mode,
        Status = run.Status,
        Attention = run.Attention,
        Error = run.Error,
        StartedAt = run.StartedAt,
        FinishedAt = run.FinishedAt,
        Steps = [.. run.Steps.Select(step => StepView.Of(work, step))],
    };
}

/// <summary>One step of a run.</summary>
internal sealed record StepView
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

    /// <summary>Names the effect: <c>messageId</c>, <c>emailMessageId</c>, <c>meetingId</c>, <c>callbackLogId</c>.</summary>
    public JsonElement? Result { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What holds it until it is due, such as quiet hours; null when nothing does.</summary>
    public string? HeldFor { get; init; }

    public string? LastError { get; init; }

    /// <summary>The provider's own code, or ours.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The job that carries the step out, by which its state can be asked.</summary>
    public required string JobId { get; init; }

    public static StepView Of(WorkItem work, Step step) => new()
    {
        Index = step.Index,
        Path = step.Path,
        Type = step.Type,
        Name = step.Name,
        Status = step.Status,
        DueAt = step.DueAt,
        StartedAt = step.StartedAt,
        FinishedAt = step.FinishedAt,
        Attempts = step.Attempts,
        Result = step.Result,
        Warnings = step.Warnings,
        HeldFor = step.HeldFor,
        LastError = step.LastError,
        ErrorCode = step.ErrorCode,
        JobId = work.Id,
    };
}

/// <summary>What a bulk cancellation came to.</summary>
/// <param name="Cancelled">How many runs were asked to end.</param>
internal sealed record CancelledView(int Cancelled);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(CancelledView))]
[JsonSerializable(typeof(WhyView))]
[JsonSerializable(typeof(CancelRuns.Request))]
[JsonSerializable(typeof(ResolveStep.Request), TypeInfoPropertyName = "ResolveStepRequest")]
internal sealed partial class RunsJson : JsonSerializerContext;
