using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Reads <c>{refs?, extra?}</c>. It is merged into what is there; null removes a name.</summary>
internal static partial class MetadataReader
{
    private const int MostNames = 100;

    private const int LongestText = 2_000;

    public static Func<Lead, Lead>? Read(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is JsonValueKind.Null)
        {
            return lead => lead with { Metadata = LeadMetadata.None };
        }

        if (json.ValueKind is not JsonValueKind.Object)
        {
            return reading.Refuse(name, "must be an object with refs and extra");
        }

        var refs = Entries(json, name, "refs", RefProblem, reading);
        var extra = Entries(json, name, "extra", ScalarProblem, reading);
        return lead => lead with
        {
            Metadata = new LeadMetadata(
                Merged(lead.Metadata.Refs, refs, value => value.GetString()!),
                Merged(lead.Metadata.Extra, extra, value => value)),
        };
    }

    public static bool IsName(string name) => Name().IsMatch(name);

    private static List<JsonProperty> Entries(
        JsonElement metadata, string name, string part, Func<JsonElement, string?> problemOf, FieldReading reading)
    {
        if (!metadata.TryGetProperty(part, out var json) || json.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (json.ValueKind is not JsonValueKind.Object || json.EnumerateObject().Count() > MostNames)
        {
            reading.Refuse($"{name}.{part}", "must be an object with at most 100 names");
            return [];
        }

        List<JsonProperty> entries = [.. json.EnumerateObject()];
        foreach (var entry in entries)
        {
            var problem = IsName(entry.Name) ? problemOf(entry.Value) : "has a name that is not 1 to 64 letters, digits, _ or -";
            if (problem is not null)
            {
                reading.Refuse($"{name}.{part}.{entry.Name}", problem);
            }
        }

        return reading.Problems.Count > 0 ? [] : entries;
    }

    private static string? RefProblem(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null || (value.ValueKind is JsonValueKind.String && value.GetString()!.Length is > 0 and <= LongestText)
            ? null
            : "must be text of 1 to 2000 characters";

    private static string? ScalarProblem(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => null,
        JsonValueKind.String when value.GetString()!.Length <= LongestText => null,
        _ => "must be text of at most 2000 characters, a number, true or false",
    };

    private static Dictionary<string, T> Merged<T>(
        IReadOnlyDictionary<string, T> present, List<JsonProperty> changes, Func<JsonElement, T> valueOf)
    {
        var merged = new Dictionary<string, T>(present, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Value.ValueKind is JsonValueKind.Null)
            {
                merged.Remove(change.Name);
            }
            else
            {
                merged[change.Name] = valueOf(change.Value.Clone());
            }
        }

        return merged;
    }

    [GeneratedRegex(@"\A[\w-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
