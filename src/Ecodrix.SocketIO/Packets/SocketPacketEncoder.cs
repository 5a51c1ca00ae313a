using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.Packets;

/// <summary>Writes Socket.IO v5 packets: type, <c>N-</c> for attachments, <c>/namespace,</c>, ack id, JSON; then the attachments.</summary>
internal static class SocketPacketEncoder
{
    private const int BinaryEvent = 5;
    private const int BinaryAck = 6;

    /// <summary>The messages of a packet, which follow each other with nothing in between; shared by all that it is sent to.</summary>
    /// <param name="offset">Added as the last item of an event, for clients that may come back and name it; null for none.</param>
    public static EngineMessage[] Encode(SocketPacket packet, string? offset = null)
    {
        var attachments = new List<byte[]>();
        var json = new ArrayBufferWriter<byte>(256);
        if (packet.Payload is not null)
        {
            WritePayload(json, packet.Payload, offset, attachments);
        }

        var messages = new EngineMessage[1 + attachments.Count];
        messages[0] = EngineMessage.OfText(EnginePacketType.Message, Header(packet, attachments.Count), json.WrittenSpan);
        for (var at = 0; at < attachments.Count; at++)
        {
            messages[at + 1] = EngineMessage.OfBinary(attachments[at]);
        }

        return messages;
    }

    private static ReadOnlySpan<byte> Header(SocketPacket packet, int attachments)
    {
        var header = new byte[64 + Encoding.UTF8.GetMaxByteCount(packet.Namespace.Length)];
        header[0] = (byte)('0' + WireType(packet.Type, attachments));
        var length = 1;
        if (attachments > 0)
        {
            Utf8Formatter.TryFormat(attachments, header.AsSpan(length), out var digits);
            length += digits;
            header[length++] = (byte)'-';
        }

        if (packet.Namespace is not "/")
        {
            length += Encoding.UTF8.GetBytes(packet.Namespace, header.AsSpan(length));
            header[length++] = (byte)',';
        }

        if (packet.AckId is { } id)
        {
            Utf8Formatter.TryFormat(id, header.AsSpan(length), out var digits);
            length += digits;
        }

        return header.AsSpan(0, length);
    }

    /// <summary>The binary types are for packets that have binary in them, an answer without any included.</summary>
    private static int WireType(SocketPacketType type, int attachments) => (type, attachments) switch
    {
        (_, 0) => (int)type,
        (SocketPacketType.Event, _) => BinaryEvent,
        (SocketPacketType.Ack, _) => BinaryAck,
        _ => throw new ArgumentException($"A {type} packet carries no binary.", nameof(type)),
    };

    private static void WritePayload(ArrayBufferWriter<byte> json, JsonNode payload, string? offset, List<byte[]> attachments)
    {
        if (offset is null || payload is not JsonArray list)
        {
            JsonText.Write(json, payload, attachments);
            return;
        }

        json.Write("["u8);
        JsonText.WriteItems(json, list, attachments);
        json.Write(","u8);
        JsonText.WriteString(json, offset);
        json.Write("]"u8);
    }
}
