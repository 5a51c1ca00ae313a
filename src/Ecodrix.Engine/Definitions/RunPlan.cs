using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Definitions;

/// <summary>Makes the run that a rule starts for an event. Pure.</summary>
public static class RunPlan
{
    /// <param name="number">Which run of the event: 0 to 49.</param>
    /// <param name="start">When the event was due; delays of a plain rule count from it.</param>
    /// <param name="provides">The names under <c>event</c> that the event's prelude will fill; a step that mentions one waits for it.</param>
    public static Run Of(RuleDefinition rule, string eventId, int number, DateTimeOffset start, IReadOnlyList<string> provides) => new()
    {
        Id = WorkIds.Run(eventId, number),
        RuleId = rule.Id,
        RuleName = rule.Name,
        RuleVersion = rule.Version,
        IsSequence = rule.IsSequence,
        EndsOnEvents = rule.CancelOn.Count > 0,
        StartedAt = start,
        Steps = [.. rule.Steps.Select(step => StepOf(rule, step, start, provides))],
    };

    /// <summary>In a sequence only the first step's time is known: each other's counts from the end of the one before.</summary>
    private static Step StepOf(RuleDefinition rule, StepDefinition step, DateTimeOffset start, IReadOnlyList<string> provides) => new()
    {
        Index = step.Index,
        Path = step.Path,
        Type = step.Type,
        Name = step.Name,
        Delay = step.Delay,
        ContinuesOnError = step.ContinuesOnError,
        Parent = step.Parent,
        IsElse = step.IsElse,
        DueAt = rule.IsSequence && step.Index > 0 ? null : start + step.Delay,
        NeedsPrelude = provides.Any(name => Mentions(step, name)),
    };

    private static bool Mentions(StepDefinition step, string name) =>
        step.Config.GetRawText().Contains(name, StringComparison.Ordinal) || (step.Condition is { } condition && Mentions(condition, name));

    private static bool Mentions(Condition condition, string name) => condition switch
    {
        Condition.All all => all.Conditions.Any(one => Mentions(one, name)),
        Condition.Any any => any.Conditions.Any(one => Mentions(one, name)),
        Condition.Not not => Mentions(not.Inner, name),
        Condition.Compare compare => compare.Field.Contains(name, StringComparison.Ordinal),
        _ => false,
    };
}
