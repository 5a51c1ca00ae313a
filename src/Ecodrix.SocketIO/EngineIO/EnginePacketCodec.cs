namespace Ecodrix.SocketIO.EngineIO;

/// <summary>
/// Engine.IO v4 on the wire, both ways. On WebSocket a text frame is one packet and a binary frame is a binary message; over polling
/// packets are joined by U+001E, and a binary message is <c>b</c> and base64 with no type before it.
/// </summary>
internal static class EnginePacketCodec
{
    /// <summary>Stands between the packets of a polling payload, and never at its end.</summary>
    public const char Separator = '\u001e';

    private const char BinaryMark = 'b';

    public static string Encode(EnginePacket packet) => packet switch
    {
        EnginePacket.Text text => (char)('0' + (int)text.Type) + text.Content,
        EnginePacket.Binary binary => BinaryMark + Convert.ToBase64String(binary.Content),
        _ => throw new ArgumentException($"No wire form for {packet.GetType().Name}.", nameof(packet)),
    };

    public static string EncodePayload(IEnumerable<EnginePacket> packets) => string.Join(Separator, packets.Select(Encode));

    /// <returns>Null for what is no packet: an unknown type, or nothing at all. The session that sent it is to be closed.</returns>
    public static EnginePacket? DecodeText(string frame) =>
        frame.Length > 0 && frame[0] is >= '0' and <= '6'
            ? new EnginePacket.Text((EnginePacketType)(frame[0] - '0'), frame[1..])
            : null;

    /// <returns>Null when any part of it is no packet; a body is taken whole or not at all.</returns>
    public static IReadOnlyList<EnginePacket>? DecodePayload(string body)
    {
        var packets = new List<EnginePacket>();
        foreach (var part in body.Split(Separator))
        {
            var packet = part.StartsWith(BinaryMark) ? DecodeBinary(part) : DecodeText(part);
            if (packet is null)
            {
                return null;
            }

            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>Standard base64 with its padding; white space, which the framework would pass over, is refused.</summary>
    private static EnginePacket.Binary? DecodeBinary(string part)
    {
        var encoded = part.AsSpan(1);
        if (encoded.Length % 4 is not 0 || encoded.IndexOfAny(" \t\r\n") >= 0)
        {
            return null;
        }

        var padding = encoded.EndsWith("==") ? 2 : encoded.EndsWith("=") ? 1 : 0;
        var bytes = new byte[(encoded.Length / 4 * 3) - padding];
        return Convert.TryFromBase64Chars(encoded, bytes, out _) ? new EnginePacket.Binary(bytes) : null;
    }
}
