using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Ecodrix.Storage.Conditions;

/// <summary>Reads a condition from the wire, and says of each mistake where it is and what would be right.</summary>
/// <remarks>A comparison, or a group <c>{"all":[…]}</c>, <c>{"any":[…]}</c>, <c>{"not":…}</c>; at most 10 deep and 100 comparisons.</remarks>
public sealed class ConditionParser
{
    public const int MostDepth = 10;
    public const int MostComparisons = 100;
    public const int LongestPattern = 200;

    private readonly ConditionUse use;
    private readonly IDictionary<string, string[]> errors;
    private int comparisons;

    private ConditionParser(ConditionUse use, IDictionary<string, string[]> errors)
    {
        this.use = use;
        this.errors = errors;
    }

    /// <summary>Fields come back in full: a bare name as the lead's.</summary>
    /// <param name="path">Where the condition stands in the request: <c>condition</c>.</param>
    /// <param name="errors">Added to, by path; untouched when all is well.</param>
    public static bool TryParse(JsonElement json, string path, ConditionUse use, IDictionary<string, string[]> errors, [NotNullWhen(true)] out Condition? condition)
    {
        var parser = new ConditionParser(use, errors);
        try
        {
            condition = parser.Read(json, path, depth: 1);
        }
        catch (InvalidOperationException)
        {
            // A name cannot be read as text.
            condition = parser.Refuse(path, "A name in the condition has a lone surrogate, which is no character.");
        }

        if (parser.comparisons > MostComparisons)
        {
            parser.Refuse(path, $"A condition has at most {MostComparisons} comparisons.");
            condition = null;
        }

        return condition is not null;
    }

    /// <summary>Reads what was parsed and written before.</summary>
    /// <exception cref="FormatException">It is no condition.</exception>
    public static Condition Parse(JsonElement json, ConditionUse use)
    {
        Dictionary<string, string[]> mistakes = new(StringComparer.Ordinal);
        return TryParse(json, "condition", use, mistakes, out var condition)
            ? condition
            : throw new FormatException($"{mistakes.First().Key}: {mistakes.First().Value[0]}");
    }

    private Condition? Read(JsonElement json, string path, int depth)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return Refuse(path, "A condition is an object: a comparison with field and operator, or a group named all, any or not.");
        }

        if (depth > MostDepth)
        {
            return Refuse(path, $"Conditions are nested at most {MostDepth} deep.");
        }

        var groups = json.EnumerateObject().Select(property => property.Name).Where(name => name is "all" or "any" or "not").ToList();
        if (groups.Count == 0)
        {
            return ReadComparison(json, path);
        }

        if (groups.Count > 1 || json.EnumerateObject().Count() > 1)
        {
            return Refuse(path, "A group has one key alone: all, any or not.");
        }

        var inner = json.GetProperty(groups[0]);
        var innerPath = $"{path}.{groups[0]}";
        switch (groups[0])
        {
            case "all":
                return ReadList(inner, innerPath, depth) is { } all ? new Condition.All(all) : null;
            case "any":
                return ReadList(inner, innerPath, depth) is { } any ? new Condition.Any(any) : null;
            default:
                return Read(inner, innerPath, depth + 1) is { } not ? new Condition.Not(not) : null;
        }
    }

    private List<Condition>? ReadList(JsonElement json, string path, int depth)
    {
        if (json.ValueKind is not JsonValueKind.Array)
        {
            Refuse(path, "A list of conditions.");
            return null;
        }

        List<Condition?> read = [];
        foreach (var item in json.EnumerateArray())
        {
            read.Add(Read(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{read.Count}]"), depth + 1));
            if (comparisons > MostComparisons)
            {
                break;
            }
        }

        return read.Contains(null) ? null : [.. read.OfType<Condition>()];
    }

    private Condition.Compare? ReadComparison(JsonElement json, string path)
    {
        comparisons++;
        var field = ReadField(json, path);
        if (ReadOperator(json, path) is not { } one || field is null)
        {
            return null;
        }

        if (!one.TakesValue())
        {
            return new Condition.Compare(field, one, null);
        }

        if (!json.TryGetProperty("value", out var value))
        {
            return (Condition.Compare?)Refuse($"{path}.value", $"The operator {one.Name()} needs a value.");
        }

        if (ConditionValues.WhyNot(one, value) is { } reason)
        {
            return (Condition.Compare?)Refuse($"{path}.value", reason);
        }

        return new Condition.Compare(field, one, ConditionValues.NodeOf(value));
    }

    private string? ReadField(JsonElement json, string path)
    {
        if (!json.TryGetProperty("field", out var element) || element.ValueKind is not JsonValueKind.String)
        {
            Refuse($"{path}.field", "A comparison names its field, such as lead.source.");
            return null;
        }

        var field = element.GetString()!;
        if (!Fields.IsValid(field))
        {
            Refuse($"{path}.field", "A field is up to ten names parted by dots, the first beginning with a letter or an underscore.");
            return null;
        }

        var full = Fields.Full(field);
        if (use is ConditionUse.Filter && !Fields.IsOfLead(full))
        {
            Refuse($"{path}.field", "A filter compares fields of the lead only.");
            return null;
        }

        return full;
    }

    private Operator? ReadOperator(JsonElement json, string path)
    {
        if (!json.TryGetProperty("operator", out var element) || element.ValueKind is not JsonValueKind.String || !OperatorNames.TryParse(element.GetString()!, out var one))
        {
            Refuse($"{path}.operator", $"One of {OperatorNames.List}.");
            return null;
        }

        if (one is Operator.Matches && use is ConditionUse.Filter)
        {
            Refuse($"{path}.operator", "matches is for rules and branches; a filter may use contains, starts_with or ends_with.");
            return null;
        }

        return one;
    }

    private Condition? Refuse(string path, string reason)
    {
        errors[path] = errors.TryGetValue(path, out var others) ? [.. others, reason] : [reason];
        return null;
    }
}
