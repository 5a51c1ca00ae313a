using System.Globalization;
using System.Text.Json.Nodes;

namespace Ecodrix.Engine.Templates;

/// <summary>The values that the templates of one step see. Belongs to one thread at a time.</summary>
internal sealed class TemplateScope(JsonObject values, TimeZoneInfo zone, DateTimeOffset now)
{
    private const string Resolved = "resolved";

    private Dictionary<string, object?>? map;

    public TimeZoneInfo Zone => zone;

    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(now, zone);

    /// <returns>Null when something on the way is missing.</returns>
    public object? Find(IReadOnlyList<string> path)
    {
        JsonNode? node = values;
        foreach (var name in path)
        {
            if (node is not JsonObject found || !found.TryGetPropertyValue(name, out node))
            {
                return path is [Resolved, var clock] ? Clock(clock) : null;
            }
        }

        return LiquidValues.From(node);
    }

    /// <summary>All values, as Liquid sees them; made once for all templates of the step.</summary>
    public Dictionary<string, object?> Map()
    {
        if (map is null)
        {
            map = LiquidValues.MapOf(values);
            if (map.GetValueOrDefault(Resolved) is not LiquidMap resolved)
            {
                map[Resolved] = resolved = [];
            }

            resolved.TryAdd("today", Clock("today"));
            resolved.TryAdd("now", Clock("now"));
        }

        return map;
    }

    private string? Clock(string name) => name switch
    {
        "today" => Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "now" => Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        _ => null,
    };
}
