using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Automations.Sequences;

/// <summary>A lead's way through a sequence: the view of the sequence's run.</summary>
internal sealed record EnrollmentView
{
    /// <summary>The run's.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public string? LeadId { get; init; }

    public required string RuleId { get; init; }

    public required string RuleName { get; init; }

    public required string RunId { get; init; }

    public required string EventLogId { get; init; }

    public EnrollmentStatus Status { get; init; }

    /// <summary>The index of the step that is next or under way; null when none is left.</summary>
    public int? CurrentStep { get; init; }

    public DateTimeOffset? NextRunAt { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static EnrollmentView Of(WorkItem work, Run run)
    {
        var next = run.FinishedAt is null
            ? run.Steps.FirstOrDefault(step => step.Status is StepStatus.Pending or StepStatus.Waiting or StepStatus.Running)
            : null;
        return new EnrollmentView
        {
            Id = run.Id,
            LeadId = work.LeadId,
            RuleId = run.RuleId,
            RuleName = run.RuleName,
            RunId = run.Id,
            EventLogId = work.Id,
            Status = run.Status switch
            {
                RunStatus.Completed => EnrollmentStatus.Completed,
                RunStatus.Failed => EnrollmentStatus.Failed,
                RunStatus.Cancelled => EnrollmentStatus.Stopped,
                _ => EnrollmentStatus.Active,
            },
            CurrentStep = next?.Index,
            NextRunAt = next?.RetryAt ?? next?.DueAt,
            StartedAt = run.StartedAt,
            FinishedAt = run.FinishedAt,
        };
    }
}

internal enum EnrollmentStatus
{
    Active,
    Completed,
    Stopped,
    Failed,
}
