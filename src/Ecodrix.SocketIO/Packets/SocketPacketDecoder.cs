using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>What a frame came to. A malformed one closes the connection that sent it; it is never passed over.</summary>
internal abstract record Decoded
{
    private Decoded()
    {
    }

    public sealed record Complete(SocketPacket Packet) : Decoded;

    /// <summary>More binary messages are due before the packet is whole.</summary>
    public sealed record Pending(int AttachmentsDue) : Decoded;

    public sealed record Malformed(string Why) : Decoded;
}

/// <summary>Reads the Socket.IO v5 packets of one connection, in order. Holds a packet while its attachments come.</summary>
internal sealed class SocketPacketDecoder
{
    /// <summary>The reference parser's default.</summary>
    public const int MostAttachments = 10;

    private static readonly FrozenSet<string> ReservedEvents =
        FrozenSet.Create(StringComparer.Ordinal, "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private List<byte[]>? _attachments;
    private SocketPacket? _waiting;
    private int _due;

    public Decoded Text(string frame)
    {
        if (_waiting is not null)
        {
            return Bad("text came while attachments were due");
        }

        if (SocketPacketHeader.Read(frame) is not { } header)
        {
            return Bad("the header is not one");
        }

        if (header.Attachments is > MostAttachments)
        {
            return Bad($"more than {MostAttachments} attachments");
        }

        if (!TryReadPayload(frame[header.Json..], out var payload) || !Fits(header, payload))
        {
            return Bad("the payload does not fit the packet");
        }

        var packet = new SocketPacket(header.Type, header.Namespace, header.AckId, payload);
        if (header.Attachments is not { } due)
        {
            return new Decoded.Complete(packet);
        }

        (_waiting, _due) = (packet, due);
        return new Decoded.Pending(due);
    }

    public Decoded Binary(byte[] frame)
    {
        if (_waiting is null)
        {
            return Bad("binary came and none was due");
        }

        _attachments ??= [];
        _attachments.Add(frame);
        if (_attachments.Count < _due)
        {
            return new Decoded.Pending(_due - _attachments.Count);
        }

        var packet = _waiting;
        var attachments = _attachments;
        (_waiting, _due, _attachments) = (null, 0, null);
        return Placeholders.TryFill(packet.Payload, attachments, out var filled)
            ? new Decoded.Complete(packet with { Payload = filled })
            : Bad("a placeholder names no attachment");
    }

    /// <summary>Names that no event may have.</summary>
    public static bool IsReserved(string name) => ReservedEvents.Contains(name);

    private static Decoded.Malformed Bad(string why) => new(why);

    /// <summary>No text is no payload; the text <c>null</c> is one, and fits no packet.</summary>
    private static bool TryReadPayload(string json, out JsonNode? payload)
    {
        payload = null;
        return json.Length is 0 || (JsonTree.TryRead(json, out payload) && payload is not null);
    }

    private static bool Fits(SocketPacketHeader header, JsonNode? payload) => header.Type switch
    {
        SocketPacketType.Connect => header.AckId is null && (payload is null or JsonObject),
        SocketPacketType.ConnectError => header.AckId is null && payload is JsonObject,
        SocketPacketType.Disconnect => header.AckId is null && payload is null,
        SocketPacketType.Event => payload is JsonArray { Count: > 0 } list && IsEventName(list[0]),
        _ => header.AckId is not null && payload is JsonArray,
    };

    private static bool IsEventName(JsonNode? name) => name?.GetValueKind() switch
    {
        JsonValueKind.String => !ReservedEvents.Contains(name.GetValue<string>()),
        JsonValueKind.Number => true,
        _ => false,
    };
}
