using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>
/// Reads JSON into a tree at once, so that a fault shows where it can still close the connection: the framework's own tree is lazy and
/// throws at its first use. Of duplicate keys the last wins, as in JavaScript.
/// </summary>
internal static class JsonTree
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 128 };

    /// <returns>False for what is no JSON, or holds half a surrogate pair. <c>null</c> is read as null.</returns>
    public static bool TryRead(string json, out JsonNode? tree)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            tree = Build(document.RootElement);
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            tree = null;
            return false;
        }
    }

    private static JsonNode? Build(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    map[member.Name] = Build(member.Value);
                }

                return map;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Build)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                // Numbers keep their text: an echo must not round them.
                return JsonValue.Create(element.Clone());
        }
    }
}
