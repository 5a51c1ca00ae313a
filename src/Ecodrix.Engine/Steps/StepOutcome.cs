using System.Text.Json.Nodes;

namespace Ecodrix.Engine.Steps;

/// <summary>How an attempt at a step ended. A closed set.</summary>
public abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <param name="Result">Names the effect (<c>messageId</c>); becomes <c>resolved.{name}</c>. Null when there is nothing to tell.</param>
    public sealed record Done(JsonObject? Result = null) : StepOutcome;

    public sealed record Skipped(string Reason) : StepOutcome;

    /// <summary>It did not happen and may be tried again.</summary>
    /// <param name="NotBefore">Null leaves the time to the back-off schedule.</param>
    /// <param name="CountsAsAttempt">False for a rate limit or a paused account.</param>
    public sealed record TryLater(string Why, DateTimeOffset? NotBefore = null, bool CountsAsAttempt = true) : StepOutcome;

    /// <summary>It was not begun: an incident's control holds it until it is released.</summary>
    /// <param name="LookAgainAt">When it is looked at again if nobody releases it before.</param>
    internal sealed record Held(string Why, DateTimeOffset LookAgainAt) : StepOutcome
    {
        /// <summary>Null where nobody asked.</summary>
        public DateTimeOffset? OwedAt { get; init; }
    }

    /// <param name="Code">The provider's own code where there is one.</param>
    public sealed record Failed(string Code, string Why) : StepOutcome;

    /// <summary>It was asked for and nobody knows whether it happened. Never repeated by itself.</summary>
    public sealed record Unknown(string Why) : StepOutcome
    {
        /// <summary>Names the effect that may have happened; null when there is nothing to tell.</summary>
        public JsonObject? Result { get; init; }
    }

    /// <summary>Nothing to do until a time; then the step is done.</summary>
    public sealed record WaitUntil(DateTimeOffset Time) : StepOutcome;

    /// <summary>Not to be attempted before a time; then it is due.</summary>
    public sealed record HoldUntil(DateTimeOffset Until, string Why) : StepOutcome;

    /// <summary>Nothing to do until an event of the lead arrives or the time is up.</summary>
    public sealed record WaitForEvent(string Trigger, DateTimeOffset Timeout) : StepOutcome
    {
        /// <summary>A path on which both events must agree; null when none.</summary>
        public string? Match { get; init; }

        public bool StopsOnTimeout { get; init; }
    }

    /// <summary>A branch took its <c>then</c> side, or its <c>else</c> side.</summary>
    public sealed record Branched(bool Then) : StepOutcome;

    /// <summary>The run ends here, completed.</summary>
    public sealed record Stopped : StepOutcome;
}
