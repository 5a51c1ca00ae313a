using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ecodrix.Loopback;

/// <summary>An approved template of the stand-in. Positional unless its body names a parameter by a word.</summary>
public sealed partial record MetaTemplate(string Name, string Language, string Body)
{
    public string Status { get; init; } = "APPROVED";

    public string Category { get; init; } = "UTILITY";

    /// <summary>A header's text, which may hold one parameter.</summary>
    public string? Header { get; init; }

    /// <summary>The address of a URL button, which may end in a parameter.</summary>
    public string? ButtonUrl { get; init; }

    internal IReadOnlyList<string> BodyParameters => [.. Placeholder().Matches(Body).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    internal bool IsNamed => BodyParameters.Any(name => !name.All(char.IsAsciiDigit));

    internal bool HeaderTakesOne => Placeholder().IsMatch(Header ?? "");

    internal bool ButtonTakesOne => Placeholder().IsMatch(ButtonUrl ?? "");

    internal JsonNode ToJson()
    {
        var components = new JsonArray();
        if (Header is not null)
        {
            components.Add(new JsonObject { ["type"] = "HEADER", ["format"] = "TEXT", ["text"] = Header });
        }

        components.Add(new JsonObject { ["type"] = "BODY", ["text"] = Body });
        if (ButtonUrl is not null)
        {
            components.Add(new JsonObject
            {
                ["type"] = "BUTTONS",
                ["buttons"] = new JsonArray(new JsonObject { ["type"] = "URL", ["text"] = "Open", ["url"] = ButtonUrl }),
            });
        }

        return new JsonObject
        {
            ["id"] = Math.Abs(StringComparer.Ordinal.GetHashCode(Name + Language)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["name"] = Name,
            ["language"] = Language,
            ["status"] = Status,
            ["category"] = Category,
            ["parameter_format"] = IsNamed ? "NAMED" : "POSITIONAL",
            ["components"] = components,
            ["quality_score"] = new JsonObject { ["score"] = "GREEN" },
        };
    }

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Placeholder();
}
