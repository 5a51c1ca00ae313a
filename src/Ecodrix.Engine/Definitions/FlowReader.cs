using System.Text.Json;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Definitions;

/// <summary>Reads what holds a rule back: <c>limits</c>, <c>cancelOn</c> and <c>quietHours</c>.</summary>
internal static class FlowReader
{
    private const int LongestKey = 500;
    private const int MostCancels = 20;
    private const double MostMinutes = 366 * 24 * 60;
    private const double MostSeconds = 24 * 60 * 60;

    private static readonly string[] LimitNames = ["oncePer", "withinMinutes", "debounceSeconds"];
    private static readonly string[] CancelNames = ["trigger", "condition", "match"];

    /// <returns>Null when there are none, or they are wrong.</returns>
    public static RuleLimits? Limits(JsonElement rule, RuleErrors errors)
    {
        if (Given(rule, "limits") is not { } limits)
        {
            return null;
        }

        if (limits.ValueKind is not JsonValueKind.Object)
        {
            errors.Add("limits", "An object with oncePer, withinMinutes, debounceSeconds.");
            return null;
        }

        RefuseOthers(limits, LimitNames, "limits", errors);
        var oncePer = Key(limits, errors);
        var within = errors.Number(limits, "withinMinutes", "limits", 1, MostMinutes);
        var debounce = errors.Number(limits, "debounceSeconds", "limits", 1, MostSeconds);
        if (within is not null && oncePer is null)
        {
            errors.Add("limits.withinMinutes", "It goes with oncePer.");
        }

        return oncePer is null && debounce is null ? null : new RuleLimits
        {
            OncePer = oncePer,
            Within = within is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Debounce = debounce is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    public static IReadOnlyList<CancelTrigger> CancelOn(JsonElement rule, RuleErrors errors)
    {
        if (Given(rule, "cancelOn") is not { } list)
        {
            return [];
        }

        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() > MostCancels)
        {
            errors.Add("cancelOn", $"A list of at most {MostCancels} events, each with a trigger.");
            return [];
        }

        return [.. list.EnumerateArray().Select((one, index) => Cancel(one, $"cancelOn[{index}]", errors)).OfType<CancelTrigger>()];
    }

    public static QuietHours? Quiet(JsonElement rule, RuleErrors errors)
    {
        if (Given(rule, "quietHours") is not { } given)
        {
            return null;
        }

        var hours = given.ValueKind is JsonValueKind.String ? QuietHours.Parse(given.GetString()) : null;
        if (hours is null)
        {
            errors.Add("quietHours", "Two different times of the day such as 21:00-08:00.");
        }

        return hours;
    }

    private static string? Key(JsonElement limits, RuleErrors errors)
    {
        if (Given(limits, "oncePer") is null || errors.Text(limits, "oncePer", "limits", LongestKey) is not { } text)
        {
            return null;
        }

        if (!LiquidTemplate.TryParse(text, out _, out var problem))
        {
            errors.Add("limits.oncePer", problem);
        }

        return text;
    }

    private static CancelTrigger? Cancel(JsonElement one, string path, RuleErrors errors)
    {
        if (one.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(path, "An object with a trigger.");
            return null;
        }

        RefuseOthers(one, CancelNames, path, errors);
        var trigger = errors.Text(one, "trigger", path, RuleParser.LongestTrigger);
        if (trigger?.Any(char.IsWhiteSpace) is true)
        {
            errors.Add(path + ".trigger", "A trigger's name has no white space.");
        }

        var match = Given(one, "match");
        if (match is { } given && !ControlSteps.IsMatch(given))
        {
            errors.Add(path + ".match", "A field of the event, such as data.appointmentId.");
            match = null;
        }

        var condition = errors.Condition(one, "condition", path + ".condition");
        return trigger is null ? null : new CancelTrigger(trigger, condition, match?.GetString());
    }

    private static void RefuseOthers(JsonElement element, string[] names, string path, RuleErrors errors)
    {
        foreach (var member in element.EnumerateObject().Where(member => !names.Contains(member.Name, StringComparer.Ordinal)))
        {
            errors.Add(RuleErrors.Join(path, member.Name), $"One of {string.Join(", ", names)}.");
        }
    }

    private static JsonElement? Given(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
