using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Engine.Templates;

/// <summary>An object of JSON as Liquid sees it. Prints as its JSON, so that no .NET name ever reaches a message.</summary>
internal sealed class LiquidMap() : Dictionary<string, object?>(StringComparer.Ordinal);

/// <summary>JSON values to Liquid's, and Liquid's values to text.</summary>
internal static class LiquidValues
{
    public static object? From(JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case JsonValueKind.String:
                return node.GetValue<string>();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number:
                return Number(node.ToJsonString());
            case JsonValueKind.Array:
                return node.AsArray().Select(From).ToList();
            case JsonValueKind.Object:
                return MapOf(node.AsObject());
            default:
                return null;
        }
    }

    /// <summary>Null members are left out: missing and null are the same.</summary>
    public static LiquidMap MapOf(JsonObject members)
    {
        var map = new LiquidMap();
        foreach (var (name, node) in members)
        {
            if (From(node) is { } value)
            {
                map[name] = value;
            }
        }

        return map;
    }

    public static string ToText(object? value)
    {
        switch (value)
        {
            case null:
                return string.Empty;
            case string text:
                return text;
            case bool truth:
                return truth ? "true" : "false";
            case decimal number:
                return number.ToString("0.#############################", CultureInfo.InvariantCulture);
            case IFormattable number:
                return number.ToString(null, CultureInfo.InvariantCulture);
            case LiquidMap or IEnumerable:
                var text2 = new StringBuilder();
                Append(text2, value);
                return text2.ToString();
            default:
                return string.Empty;
        }
    }

    private static void Append(StringBuilder text, object? value)
    {
        if (value is LiquidMap map)
        {
            text.Append(ToJson(map)!.ToJsonString());
        }
        else if (value is IEnumerable items and not string)
        {
            foreach (var item in items)
            {
                Append(text, item);
                RenderLimits.CheckLength(text.Length);
            }
        }
        else
        {
            text.Append(ToText(value));
        }
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        LiquidMap map => new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, ToJson(member.Value)))),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(ToJson)]),
        _ => JsonNode.Parse(ToText(value)),
    };

    private static object Number(string json)
    {
        if (long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && exact != 0
            ? exact
            : double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
