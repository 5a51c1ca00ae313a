using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Definitions;

/// <summary>Decides which rules an event starts, and says of each other why not. Pure.</summary>
public static class RuleMatcher
{
    /// <param name="rules">The active rules of the event's trigger.</param>
    public static Matching Match(IReadOnlyList<RuleDefinition> rules, EventFacts facts)
    {
        var matched = new List<RuleDefinition>();
        var skipped = new List<SkippedRule>();
        foreach (var rule in rules)
        {
            if (WhyNot(rule, facts) is { } reason)
            {
                skipped.Add(new SkippedRule(rule.Id, rule.Name, reason));
            }
            else
            {
                matched.Add(rule);
            }
        }

        return new Matching(matched, skipped);
    }

    /// <returns>Null when the rule starts.</returns>
    public static string? WhyNot(RuleDefinition rule, EventFacts facts) =>
        TriggerConfig.WhyNotMeant(rule, facts) ?? rule.Condition?.WhyNotMetBy(facts.Field, facts.Now);
}

/// <summary>What the rules are asked about.</summary>
/// <param name="scope">Puts the values together at the first question: a rule without a condition asks none.</param>
public sealed class EventFacts(string trigger, Func<JsonObject> scope, DateTimeOffset now)
{
    /// <summary>The event's.</summary>
    public string Trigger { get; } = trigger;

    /// <summary>The values that conditions see, by namespace: <c>lead event vars data resolved client conversation</c>.</summary>
    public JsonObject Scope => field ??= scope();

    /// <summary>What a relative time in a condition counts from.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>The value of a field by its path, for conditions.</summary>
    public FieldValue Field(string path)
    {
        JsonNode? node = Scope;
        foreach (var name in path.Split('.'))
        {
            if (node is not JsonObject found || !found.TryGetPropertyValue(name, out node))
            {
                return default;
            }
        }

        return FieldValue.Of(node);
    }

    /// <summary>What the event carries under that name, in its data or among its variables.</summary>
    internal string? Text(string name) => Carried(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    internal double? Number(string name) => Carried(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private JsonElement? Carried(string name) =>
        ((Scope["data"] as JsonObject)?[name] ?? (Scope["event"] as JsonObject)?[name]) is { } node
            ? JsonDocument.Parse(node.ToJsonString()).RootElement
            : null;
}
