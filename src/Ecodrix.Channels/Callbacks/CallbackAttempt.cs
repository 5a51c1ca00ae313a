namespace Ecodrix.Channels.Callbacks;

/// <summary>One callback as it goes to its receiver: id and body are the same in every attempt.</summary>
public sealed record Callback(Uri Url, string Id, ReadOnlyMemory<byte> Body, CallbackSecrets Secrets)
{
    /// <summary>W3C trace context to hand on where nothing traces the attempt itself; null sends none.</summary>
    public string? Traceparent { get; init; }
}

/// <summary>What follows from an attempt.</summary>
public enum CallbackVerdict
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>By the schedule, and not before the attempt's own time. Repeating a callback is harmless: its id is the same.</summary>
    TryAgain,

    /// <summary>The receiver wants no more of it (410).</summary>
    Stop,
}

/// <summary>One attempt, as it is kept for whoever asks what happened.</summary>
/// <param name="StatusCode">Null when no answer came.</param>
/// <param name="Error">A sentence; null when it was delivered.</param>
/// <param name="Answer">The first 4 KiB of the receiver's answer as text.</param>
public sealed record CallbackAttempt(CallbackVerdict Verdict, DateTimeOffset At, TimeSpan Duration, int? StatusCode, string? Error, string? Answer)
{
    /// <summary>The earliest time of the next attempt, where the receiver named one.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The sender was told to stop: nothing is wrong with the receiver.</summary>
    public bool WasStopped { get; init; }
}
