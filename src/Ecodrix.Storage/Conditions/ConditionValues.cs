using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ecodrix.Storage.Conditions;

/// <summary>Which values an operator takes.</summary>
internal static class ConditionValues
{
    /// <returns>Why the value cannot stand, or null when it can.</returns>
    public static string? WhyNot(Operator one, JsonElement value)
    {
        if (one.TakesList())
        {
            return value.ValueKind is JsonValueKind.Array
                ? value.EnumerateArray().Select(item => WhyNotSingle(item)).FirstOrDefault(reason => reason is not null)
                : $"The operator {one.Name()} needs a list.";
        }

        if (one.TakesText() && value.ValueKind is not JsonValueKind.String)
        {
            return $"The operator {one.Name()} needs a text.";
        }

        if (one.Orders() && value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Object))
        {
            return $"The operator {one.Name()} needs a number, a text or a time.";
        }

        return WhyNotSingle(value) ?? (one is Operator.Matches ? WhyNotPattern(value.GetString()!) : null);
    }

    public static JsonNode? NodeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => JsonArray.Create(value.Clone()),
        JsonValueKind.Object => JsonObject.Create(value.Clone()),
        _ => JsonValue.Create(value.Clone()),
    };

    private static string? WhyNotSingle(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => WhyNotText(value),
        JsonValueKind.Number => double.IsFinite(value.GetDouble()) ? null : "The number is too large.",
        JsonValueKind.Object => RelativeTime.IsRelative(NodeOf(value)) ? null : "An object here is a relative time: {\"ago\":\"14d\"} or {\"ahead\":\"2h\"}, in s, m, h, d or w.",
        JsonValueKind.Array => "A single value, not a list.",
        _ => null,
    };

    private static string? WhyNotText(JsonElement value)
    {
        try
        {
            _ = value.GetString();
            return null;
        }
        catch (InvalidOperationException)
        {
            return "The text has a lone surrogate, which is no character.";
        }
    }

    private static string? WhyNotPattern(string pattern)
    {
        if (pattern.Length > ConditionParser.LongestPattern)
        {
            return $"A regular expression has at most {ConditionParser.LongestPattern} characters.";
        }

        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Evaluation.RegexLimit);
            return null;
        }
        catch (RegexParseException broken)
        {
            return $"The regular expression cannot be read: {broken.Error} at character {broken.Offset}.";
        }
        catch (NotSupportedException)
        {
            return "The regular expression uses look-around, a back-reference or another construct that cannot run in linear time.";
        }
    }
}
