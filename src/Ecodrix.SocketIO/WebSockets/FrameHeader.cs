using System.Buffers.Binary;

namespace Ecodrix.SocketIO.WebSockets;

/// <summary>What a WebSocket frame is (RFC 6455, 5.2).</summary>
internal enum FrameOpcode
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>The header of a frame that a server sends: final, unmasked, without extensions.</summary>
internal static class FrameHeader
{
    public static int Length(int payload) => payload switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };

    public static void Write(Span<byte> frame, FrameOpcode opcode, int payload)
    {
        frame[0] = (byte)(0x80 | (int)opcode);
        switch (Length(payload))
        {
            case 2:
                frame[1] = (byte)payload;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)payload);
                break;
        }
    }

    /// <summary>A whole control frame; its payload is at most 125 bytes.</summary>
    public static byte[] Control(FrameOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[2 + payload.Length];
        Write(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(2));
        return frame;
    }

    /// <summary>A close frame with its code and, where it helps to find the cause, a few words.</summary>
    public static byte[] Close(CloseCode code, string why = "")
    {
        Span<byte> payload = stackalloc byte[125];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        System.Text.Encoding.ASCII.TryGetBytes(why.AsSpan(0, Math.Min(why.Length, 100)), payload[2..], out var length);
        return Control(FrameOpcode.Close, payload[..(2 + length)]);
    }
}

/// <summary>Why a WebSocket is closed (RFC 6455, 7.4.1).</summary>
internal enum CloseCode
{
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    InvalidText = 1007,
    PolicyViolation = 1008,
    TooBig = 1009,
}
