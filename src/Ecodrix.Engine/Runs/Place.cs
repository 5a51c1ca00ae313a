using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>Which step of an event is attempted: one of a run, or the one before them all.</summary>
internal abstract record Place
{
    private Place()
    {
    }

    public sealed record InRun(int Run, int Step) : Place;

    public sealed record Prelude : Place;
}

/// <summary>How an attempt ended.</summary>
/// <param name="Outcome">Null when there is none: the lease was lost, a signal changed the work, or the process stops.</param>
internal sealed record Attempted(StepOutcome? Outcome, IReadOnlyList<string> Warnings)
{
    /// <summary>From when what comes next counts, as the tenant's clock goes; null for now.</summary>
    public DateTimeOffset? Moment { get; init; }
}
