using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>Puts attachments where a packet's JSON says <c>{"_placeholder":true,"num":i}</c>.</summary>
internal static class Placeholders
{
    /// <returns>False when a placeholder's number is none of an attachment.</returns>
    public static bool TryFill(JsonNode? node, IReadOnlyList<byte[]> attachments, out JsonNode? filled)
    {
        filled = node;
        switch (node)
        {
            case JsonObject map when IsPlaceholder(map):
                if (map["num"] is not JsonValue number || !number.TryGetValue<int>(out var at) || at < 0 || at >= attachments.Count)
                {
                    return false;
                }

                filled = BinaryNode.Of(attachments[at]);
                return true;
            case JsonObject map:
                return TryFillMembers(map, attachments);
            case JsonArray list:
                return TryFillItems(list, attachments);
            default:
                return true;
        }
    }

    private static bool IsPlaceholder(JsonObject map) => map["_placeholder"]?.GetValueKind() is JsonValueKind.True;

    private static bool TryFillMembers(JsonObject map, IReadOnlyList<byte[]> attachments)
    {
        foreach (var (name, value) in map.ToArray())
        {
            if (!TryFill(value, attachments, out var filled))
            {
                return false;
            }

            if (!ReferenceEquals(filled, value))
            {
                map[name] = filled;
            }
        }

        return true;
    }

    private static bool TryFillItems(JsonArray list, IReadOnlyList<byte[]> attachments)
    {
        for (var at = 0; at < list.Count; at++)
        {
            var value = list[at];
            if (!TryFill(value, attachments, out var filled))
            {
                return false;
            }

            if (!ReferenceEquals(filled, value))
            {
                list[at] = filled;
            }
        }

        return true;
    }
}
