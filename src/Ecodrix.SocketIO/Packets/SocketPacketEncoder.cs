using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>The text of a packet, and the binary messages that follow it with nothing in between.</summary>
internal sealed record EncodedPacket(string Text, IReadOnlyList<byte[]> Attachments);

/// <summary>Writes Socket.IO v5 packets: type, <c>N-</c> for attachments, <c>/namespace,</c>, ack id, JSON.</summary>
internal static class SocketPacketEncoder
{
    private const int BinaryEvent = 5;
    private const int BinaryAck = 6;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public static EncodedPacket Encode(SocketPacket packet)
    {
        var attachments = new List<byte[]>();
        var payload = packet.Payload is null ? "" : Json(packet.Payload, attachments);

        var text = new StringBuilder();
        text.Append(WireType(packet.Type, attachments.Count).ToString(CultureInfo.InvariantCulture));
        if (attachments.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{attachments.Count}-");
        }

        if (packet.Namespace is not "/")
        {
            text.Append(packet.Namespace).Append(',');
        }

        if (packet.AckId is { } id)
        {
            text.Append(CultureInfo.InvariantCulture, $"{id}");
        }

        return new EncodedPacket(text.Append(payload).ToString(), attachments);
    }

    /// <summary>The binary types are for packets that have binary in them, an answer without any included.</summary>
    private static int WireType(SocketPacketType type, int attachments) => (type, attachments) switch
    {
        (_, 0) => (int)type,
        (SocketPacketType.Event, _) => BinaryEvent,
        (SocketPacketType.Ack, _) => BinaryAck,
        _ => throw new ArgumentException($"A {type} packet carries no binary.", nameof(type)),
    };

    private static string Json(JsonNode payload, List<byte[]> attachments)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            Write(json, payload, attachments);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, JsonNode? node, List<byte[]> attachments)
    {
        switch (node)
        {
            case JsonObject map:
                json.WriteStartObject();
                foreach (var (name, value) in map)
                {
                    json.WritePropertyName(name);
                    Write(json, value, attachments);
                }

                json.WriteEndObject();
                break;
            case JsonArray list:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    Write(json, item, attachments);
                }

                json.WriteEndArray();
                break;
            case not null when BinaryNode.TryGet(node, out var bytes):
                // Depth first, in the order of the text: the other side counts the same way.
                json.WriteStartObject();
                json.WriteBoolean("_placeholder", true);
                json.WriteNumber("num", attachments.Count);
                json.WriteEndObject();
                attachments.Add(bytes);
                break;
            case null:
                json.WriteNullValue();
                break;
            default:
                node.WriteTo(json);
                break;
        }
    }
}
