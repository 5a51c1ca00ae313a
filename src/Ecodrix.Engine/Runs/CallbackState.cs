using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Engine.Runs;

/// <summary>A signed report to a receiver, and every attempt to deliver it.</summary>
public sealed record CallbackState
{
    /// <summary>The <c>callbackLogId</c>, also the <c>webhook-id</c> of every attempt.</summary>
    public required string Id { get; init; }

    public required string Url { get; init; }

    public CallbackStatus Status { get; init; }

    /// <summary>What the caller gave to be returned, in JavaScript's form; null when nothing.</summary>
    public string? Metadata { get; init; }

    /// <summary>What a callback action sends instead of the event's report.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Frozen at the first attempt; the same bytes on every later one.</summary>
    public string? Body { get; init; }

    /// <summary>Null while the event's immediate work goes on, and when nothing more will be tried.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why it is not attempted though it is due; null when nothing holds it.</summary>
    public string? HeldFor { get; init; }

    /// <summary>When it was owed, where a hold has asked.</summary>
    public DateTimeOffset? OwedAt { get; init; }

    /// <summary>Why it was never attempted and will not be; null when it was not skipped.</summary>
    public string? Skipped { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public IReadOnlyList<CallbackAttempt> Attempts { get; init; } = [];

    /// <summary>What a newer version of the program has written here and this one does not know: kept as it is.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unread { get; set; }
}

public enum CallbackStatus
{
    Pending,
    Delivered,
    Failed,
}

/// <param name="StatusCode">Null when no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Answer">At most the first 4 KiB of the receiver's answer.</param>
public sealed record CallbackAttempt(DateTimeOffset At, int? StatusCode, long DurationMs, string? Error, string? Answer)
{
    /// <summary>The real time that was signed along with the body, whatever the tenant's clock says; null when nothing was signed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SignedAt { get; init; }
}
