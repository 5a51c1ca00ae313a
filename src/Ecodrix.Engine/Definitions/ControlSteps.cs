using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ecodrix.Engine.Definitions;

/// <summary>The actions that steer a run and touch nothing, as a rule writes them.</summary>
public static partial class ControlSteps
{
    public const string Wait = "wait";
    public const string WaitFor = "wait_for";
    public const string Branch = "branch";
    public const string Stop = "stop";

    private const double MostMinutes = 366 * 24 * 60;

    internal static IReadOnlySet<string> Types { get; } = new HashSet<string>([Wait, WaitFor, Branch, Stop], StringComparer.Ordinal);

    internal static JsonElement Empty { get; } = JsonDocument.Parse("{}").RootElement;

    /// <summary>Checks a configuration as <c>IStepHandler.Validate</c> does; for other types there is nothing to say.</summary>
    public static IEnumerable<(string Path, string Problem)> Validate(string type, JsonElement config) => type switch
    {
        Wait => ValidateWait(config),
        WaitFor => ValidateWaitFor(config),
        _ => [],
    };

    /// <summary>Whether it is the path of a field on which two events can agree.</summary>
    internal static bool IsMatch(JsonElement match) => match.ValueKind is JsonValueKind.String && Match().IsMatch(match.GetString()!);

    internal static bool HasCondition(string type) => type is Branch or WaitFor;

    /// <summary>The configuration without what is kept elsewhere in the definition: the condition, and the steps of a branch.</summary>
    internal static JsonElement OwnConfig(string type, JsonElement config)
    {
        if (!HasCondition(type))
        {
            return config.Clone();
        }

        var own = JsonObject.Create(config.Clone())!;
        foreach (var name in new[] { "condition", "then", "else" })
        {
            own.Remove(name);
        }

        return JsonDocument.Parse(own.ToJsonString()).RootElement;
    }

    private static IEnumerable<(string Path, string Problem)> ValidateWait(JsonElement config)
    {
        var hasMinutes = config.TryGetProperty("minutes", out var minutes) && minutes.ValueKind is not JsonValueKind.Null;
        var hasUntil = config.TryGetProperty("until", out var until) && until.ValueKind is not JsonValueKind.Null;
        if (hasMinutes == hasUntil)
        {
            yield return ("minutes", "Either minutes or until.");
        }

        if (hasMinutes && !IsMinutes(minutes))
        {
            yield return ("minutes", $"A number from 0 to {MostMinutes}.");
        }

        if (hasUntil && until.ValueKind is not JsonValueKind.String)
        {
            yield return ("until", "A time such as 2026-03-15T09:30:00Z, or a template that gives one.");
        }

        if (Given(config, "timeZone") is { } zone && !(zone.ValueKind is JsonValueKind.String && TimeZoneInfo.TryFindSystemTimeZoneById(zone.GetString()!, out _)))
        {
            yield return ("timeZone", "An IANA time zone such as Asia/Kolkata.");
        }

        if (Given(config, "window") is { } window && !(window.ValueKind is JsonValueKind.String && Window().IsMatch(window.GetString()!)))
        {
            yield return ("window", "Two times of the day such as 09:00-18:00.");
        }
    }

    private static IEnumerable<(string Path, string Problem)> ValidateWaitFor(JsonElement config)
    {
        if (Given(config, "trigger") is not { ValueKind: JsonValueKind.String } trigger || trigger.GetString() is not { Length: > 0 and <= RuleParser.LongestTrigger } name || name.Any(char.IsWhiteSpace))
        {
            yield return ("trigger", "The name of a trigger.");
        }

        if (Given(config, "timeoutMinutes") is not { } timeout || !IsMinutes(timeout))
        {
            yield return ("timeoutMinutes", $"A number from 0 to {MostMinutes}.");
        }

        if (Given(config, "onTimeout") is { } onTimeout && !(onTimeout.ValueKind is JsonValueKind.String && onTimeout.GetString() is "continue" or "stop"))
        {
            yield return ("onTimeout", "Either continue or stop.");
        }

        if (Given(config, "match") is { } match && !IsMatch(match))
        {
            yield return ("match", "A field of the event, such as data.appointmentId.");
        }
    }

    private static JsonElement? Given(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static bool IsMinutes(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.GetDouble() is >= 0 and <= MostMinutes;

    [GeneratedRegex(@"\A(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d\z", RegexOptions.CultureInvariant)]
    private static partial Regex Window();

    [GeneratedRegex(@"\A(?:data|event|vars)(?:\.[\w-]+){1,9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Match();
}
