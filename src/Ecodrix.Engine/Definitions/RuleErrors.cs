using System.Text.Json;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Definitions;

/// <summary>Reads the fields of a rule and gathers what is wrong with them.</summary>
internal sealed class RuleErrors
{
    private readonly Dictionary<string, string[]> byPath = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string[]> ByPath => byPath;

    public static string Join(string path, string name) =>
        path.Length == 0 ? name : name.StartsWith('[') ? path + name : $"{path}.{name}";

    public void Add(string path, string problem) =>
        byPath[path] = byPath.TryGetValue(path, out var others) ? [.. others, problem] : [problem];

    /// <returns>Null when it is missing or wrong, which is then an error.</returns>
    public string? Text(JsonElement parent, string name, string path, int longest)
    {
        if (parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) && text.Length <= longest)
        {
            return text;
        }

        Add(Join(path, name), $"A text of 1 to {longest} characters.");
        return null;
    }

    public bool Flag(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
        {
            return false;
        }

        if (value.ValueKind is not JsonValueKind.True)
        {
            Add(Join(path, name), "True or false.");
        }

        return value.ValueKind is JsonValueKind.True;
    }

    /// <returns>Null when it is missing or wrong.</returns>
    public double? Number(JsonElement parent, string name, string path, double least, double most)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.GetDouble() is var number && number >= least && number <= most)
        {
            return number;
        }

        Add(Join(path, name), FormattableString.Invariant($"A number from {least} to {most}."));
        return null;
    }

    /// <returns>Null when there is none, or it is wrong.</returns>
    public Condition? Condition(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return ConditionParser.TryParse(value, path, ConditionUse.Rule, byPath, out var condition) ? condition : null;
    }
}
