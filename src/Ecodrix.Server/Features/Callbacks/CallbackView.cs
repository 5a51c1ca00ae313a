using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Features.Callbacks.Recovery;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>A callback as its tenant sees it.</summary>
internal record CallbackView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string EventLogId { get; init; }

    public required string Url { get; init; }

    public required string Mode { get; init; }

    public CallbackStatus Status { get; init; }

    public int Attempts { get; init; }

    public int? LastStatusCode { get; init; }

    public string? LastError { get; init; }

    /// <summary>How long the last attempt took, in milliseconds; null before the first.</summary>
    public long? LastDurationMs { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why it waits though it is due: its receiver fails, or callbacks are paused. Null when nothing holds it.</summary>
    public string? HeldFor { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Tells whoever opens it what happened, for 7 days; without personal data.</summary>
    public string? TraceUrl { get; init; }

    /// <param name="work">Work that has a callback.</param>
    public static CallbackView Of(WorkItem work) => Fill(new CallbackView { Id = "", EventLogId = "", Url = "", Mode = "" }, work);

    protected static T Fill<T>(T view, WorkItem work)
        where T : CallbackView
    {
        var callback = work.Callback!;
        var last = callback.Attempts.Count > 0 ? callback.Attempts[^1] : null;
        return (T)(view with
        {
            Id = callback.Id,
            EventLogId = WorkIds.EventOf(work.Id),
            Url = callback.Url,
            Mode = TenantId.Parse(work.Tenant).Mode,
            Status = callback.Status,
            Attempts = callback.Attempts.Count,
            LastStatusCode = last?.StatusCode,
            LastError = callback.Skipped ?? last?.Error,
            LastDurationMs = last?.DurationMs,
            CreatedAt = work.CreatedAt,
            NextAttemptAt = callback.NextAttemptAt,
            HeldFor = callback.HeldFor,
            DeliveredAt = callback.DeliveredAt,
        });
    }
}

/// <summary>A callback with every attempt and the body that is sent.</summary>
internal sealed record CallbackDetailView : CallbackView
{
    /// <summary>As it goes over the wire; null until the first attempt.</summary>
    public string? Body { get; init; }

    public IReadOnlyList<AttemptView> AttemptLog { get; init; } = [];

    /// <param name="work">Work that has a callback.</param>
    public static CallbackDetailView DetailOf(WorkItem work) =>
        Fill(new CallbackDetailView { Id = "", EventLogId = "", Url = "", Mode = "" }, work) with
        {
            Body = work.Callback!.Body,
            AttemptLog = [.. work.Callback.Attempts.Select(attempt => new AttemptView(attempt.At, attempt.StatusCode, attempt.DurationMs, attempt.Error, attempt.Answer))],
        };
}

/// <param name="StatusCode">Null when no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Answer">The first 4 KiB of the receiver's answer.</param>
internal sealed record AttemptView(DateTimeOffset Time, int? StatusCode, long DurationMs, string? Error, string? Answer);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(CallbackView))]
[JsonSerializable(typeof(CallbackDetailView))]
[JsonSerializable(typeof(Receiver))]
[JsonSerializable(typeof(RecoverCallbacks.Request), TypeInfoPropertyName = "RecoverRequest")]
[JsonSerializable(typeof(RecoveryView))]
[JsonSerializable(typeof(RecoveryState))]
internal sealed partial class CallbacksJson : JsonSerializerContext;
