using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>A piece of work as its tenant sees it.</summary>
internal sealed record JobView
{
    public required string JobId { get; init; }

    public required string Type { get; init; }

    public WorkStatus Status { get; init; }

    public required string Mode { get; init; }

    public int Attempts { get; init; }

    /// <summary>0 when the work decides itself when to give up.</summary>
    public int MaxAttempts { get; init; }

    public DateTimeOffset RunAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? LastError { get; init; }

    public Progress? Progress { get; init; }

    public static JobView Of(WorkItem work) => new()
    {
        JobId = work.Id,
        Type = work.Type,
        Status = work.Status,
        Mode = TenantId.Parse(work.Tenant).Mode,
        Attempts = work.Attempts,
        MaxAttempts = work.MaxAttempts,
        RunAt = work.RunAt,
        CreatedAt = work.CreatedAt,
        StartedAt = work.StartedAt,
        FinishedAt = work.FinishedAt,
        LastError = work.LastError ?? work.Event?.Error,
        Progress = work.Progress ?? ProgressOf(work.Event),
    };

    /// <summary>An event's progress is that of its steps.</summary>
    private static Progress? ProgressOf(EventState? state)
    {
        if (state is null)
        {
            return null;
        }

        var steps = state.Runs.SelectMany(run => run.Steps).ToArray();
        return new Progress(steps.Count(step => step.FinishedAt is not null), steps.Length);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(JobView))]
internal sealed partial class JobsJson : JsonSerializerContext;
