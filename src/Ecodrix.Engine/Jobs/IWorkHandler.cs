using System.Text.Json;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>Advances jobs of one type: a state in, an outcome out.</summary>
public interface IWorkHandler
{
    string Type { get; }

    /// <summary>The version of the state that this handler writes; it reads all up to it. A worker leaves alone what is newer than its own.</summary>
    /// <remarks>Raised when an older worker would misread the state, and only once a version that reads the new form is everywhere: in a deploy the version before must go on.</remarks>
    int StateVersion => 0;

    /// <summary>The job's effect is not to leave at all (<see cref="HeldBack.IsSkipped"/>): writes down wherever the job is shown that it did not. The job itself ends as cancelled. Done twice it is done once.</summary>
    Task SkipAsync(ITenantDatabase database, WorkItem work, string why, CancellationToken cancellationToken) => Task.CompletedTask;

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
