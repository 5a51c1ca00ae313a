using System.Collections.Frozen;
using System.Text.Json;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Definitions;

/// <summary>Reads a rule from the wire, and says of each mistake where it is: <c>actions[0].config.htmlBody</c>.</summary>
/// <remarks>Read when a rule is saved, for its mistakes, and again when it is to run.</remarks>
public sealed class RuleParser(IEnumerable<IStepHandler> handlers)
{
    public const int LongestName = 200;
    public const int LongestTrigger = 100;

    private readonly FrozenDictionary<string, IStepHandler> handlers = handlers.ToFrozenDictionary(handler => handler.Type, StringComparer.Ordinal);

    /// <param name="rule">An object with <c>name trigger triggerConfig isSequence condition limits cancelOn quietHours actions</c>.</param>
    public ParsedRule Parse(string id, long version, JsonElement rule)
    {
        var errors = new RuleErrors();
        if (rule.ValueKind is not JsonValueKind.Object)
        {
            errors.Add("rule", "A rule is an object.");
            return new ParsedRule(null, errors.ByPath);
        }

        var isSequence = errors.Flag(rule, "isSequence", string.Empty);
        var trigger = Trigger(rule, errors);
        var definition = new RuleDefinition
        {
            Id = id,
            Version = version,
            Name = errors.Text(rule, "name", string.Empty, LongestName) ?? string.Empty,
            Trigger = trigger,
            TriggerConfig = TriggerConfig.Read(rule, trigger, errors),
            IsSequence = isSequence,
            Condition = errors.Condition(rule, "condition", "condition"),
            Limits = FlowReader.Limits(rule, errors),
            CancelOn = FlowReader.CancelOn(rule, errors),
            QuietHours = FlowReader.Quiet(rule, errors),
            Steps = new ActionReader(handlers, isSequence, errors).Read(rule),
        };
        return new ParsedRule(errors.ByPath.Count == 0 ? definition : null, errors.ByPath);
    }

    private static string Trigger(JsonElement rule, RuleErrors errors)
    {
        var trigger = errors.Text(rule, "trigger", string.Empty, LongestTrigger) ?? string.Empty;
        if (trigger.Any(char.IsWhiteSpace))
        {
            errors.Add("trigger", "A trigger's name has no white space.");
        }

        return trigger;
    }
}

/// <param name="Rule">Null when there are errors.</param>
/// <param name="Errors">Sentences by JSON path; empty when the rule is fit to run.</param>
public sealed record ParsedRule(RuleDefinition? Rule, IReadOnlyDictionary<string, string[]> Errors);
