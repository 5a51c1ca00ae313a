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

    /// <summary>A tree of its own from an element that may go away.</summary>
    public static JsonNode? Build(JsonElement element)
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
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                // Numbers keep their text: an echo must not round them.
                return JsonValue.Create(element.Clone());
        }
    }

    /// <summary>A copy that has no parent, binary included.</summary>
    /// <param name="binary">What takes the place of binary; by default binary again.</param>
    public static JsonNode? Copy(JsonNode? node, Func<byte[], JsonNode>? binary = null) => node switch
    {
        null => null,
        JsonObject map => new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, Copy(member.Value, binary)))),
        JsonArray list => new JsonArray([.. list.Select(item => Copy(item, binary))]),
        _ when BinaryNode.TryGet(node, out var bytes) => binary?.Invoke(bytes) ?? BinaryNode.Of(bytes),
        _ => node.DeepClone(),
    };
}
