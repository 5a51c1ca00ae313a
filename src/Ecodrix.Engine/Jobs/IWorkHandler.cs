using System.Text.Json;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>Advances jobs of one type: a state in, an outcome out.</summary>
public interface IWorkHandler
{
    string Type { get; }

    /// <summary>Advances the job as far as it can be advanced now. Throws only for bugs.</summary>
    /// <param name="recordEffectAsync">Makes a new state durable before the outside world is touched. False: the lease is lost; stop without an effect.</param>
    Task<WorkOutcome> AdvanceAsync(
        ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken);
}

/// <summary>What follows from an attempt at a job. A closed set.</summary>
public abstract record WorkOutcome
{
    private WorkOutcome()
    {
    }

    /// <summary>The state to keep; null keeps the one there is.</summary>
    public JsonElement? State { get; init; }

    public Progress? Progress { get; init; }

    public sealed record Done : WorkOutcome;

    public sealed record NextAt(DateTimeOffset Time) : WorkOutcome;

    public sealed record TryLater(string Why, DateTimeOffset? NotBefore = null, bool CountsAsAttempt = true) : WorkOutcome;

    public sealed record Failed(string Code, string Why) : WorkOutcome;

    public sealed record Unknown(string Why) : WorkOutcome;

    public sealed record Cancelled : WorkOutcome;
}
