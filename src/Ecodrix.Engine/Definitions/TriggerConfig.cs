using System.Globalization;
using System.Text.Json;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Definitions;

/// <summary>What narrows a system trigger: read when a rule is saved, asked when an event is matched.</summary>
internal static class TriggerConfig
{
    /// <returns>Null when it narrows nothing.</returns>
    public static JsonElement? Read(JsonElement rule, string trigger, RuleErrors errors)
    {
        if (!rule.TryGetProperty("triggerConfig", out var config) || config.ValueKind is JsonValueKind.Null)
        {
            config = ControlSteps.Empty;
        }

        if (config.ValueKind is not JsonValueKind.Object)
        {
            errors.Add("triggerConfig", "An object.");
            return null;
        }

        switch (trigger)
        {
            case "stage_enter" or "stage_exit":
                CheckId(config, "stageId", errors);
                CheckId(config, "pipelineId", errors);
                break;
            case "score_above" or "score_below":
                Require(config, "scoreThreshold", 0, 100, errors);
                break;
            case "no_contact":
                Require(config, "inactiveDays", 1, 3_650, errors);
                break;
            case "tag_added" or "tag_removed" when config.TryGetProperty("tagName", out var tag) && tag.ValueKind is not (JsonValueKind.String or JsonValueKind.Null):
                errors.Add("triggerConfig.tagName", "A text.");
                break;
        }

        return config.EnumerateObject().Any() ? config.Clone() : null;
    }

    /// <summary>Why an event of the rule's trigger is not meant by it.</summary>
    /// <returns>Null when it is meant.</returns>
    public static string? WhyNotMeant(RuleDefinition rule, EventFacts facts) => rule.TriggerConfig is not { } config ? null : rule.Trigger switch
    {
        "stage_enter" or "stage_exit" => Differs(config, "stageId", facts) ?? Differs(config, "pipelineId", facts),
        "tag_added" or "tag_removed" => Differs(config, "tagName", facts),
        "score_above" => NotCrossed(config, facts, up: true),
        "score_below" => NotCrossed(config, facts, up: false),
        "no_contact" => TooRecent(config, facts),
        _ => null,
    };

    private static string? Differs(JsonElement config, string name, EventFacts facts)
    {
        if (!config.TryGetProperty(name, out var wanted) || wanted.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        var actual = facts.Text(name);
        return string.Equals(actual, wanted.GetString(), StringComparison.Ordinal) ? null : $"triggerConfig.{name} is another";
    }

    private static string? NotCrossed(JsonElement config, EventFacts facts, bool up)
    {
        if (!TryNumber(config, "scoreThreshold", out var threshold))
        {
            return null;
        }

        var from = facts.Number("from") ?? facts.Number("previousScore") ?? 0;
        var to = facts.Number("to") ?? facts.Number("score") ?? from;
        var crossed = up ? from < threshold && to >= threshold : from > threshold && to <= threshold;
        return crossed ? null : string.Create(CultureInfo.InvariantCulture, $"the score did not cross {threshold} (it went from {from} to {to})");
    }

    private static string? TooRecent(JsonElement config, EventFacts facts) =>
        TryNumber(config, "inactiveDays", out var days) && (facts.Number("inactiveDays") ?? 0) < days
            ? string.Create(CultureInfo.InvariantCulture, $"the lead was contacted within {days} days")
            : null;

    private static bool TryNumber(JsonElement config, string name, out double number)
    {
        number = 0;
        return config.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out number);
    }

    private static void Require(JsonElement config, string name, double least, double most, RuleErrors errors)
    {
        if (errors.Number(config, name, "triggerConfig", least, most) is null && !errors.ByPath.ContainsKey($"triggerConfig.{name}"))
        {
            errors.Add($"triggerConfig.{name}", FormattableString.Invariant($"A number from {least} to {most}."));
        }
    }

    private static void CheckId(JsonElement config, string name, RuleErrors errors)
    {
        if (config.TryGetProperty(name, out var id) && id.ValueKind is not JsonValueKind.Null
            && !(id.ValueKind is JsonValueKind.String && DocumentId.IsValid(id.GetString())))
        {
            errors.Add($"triggerConfig.{name}", "An id of 24 lower-case hexadecimal digits.");
        }
    }
}
