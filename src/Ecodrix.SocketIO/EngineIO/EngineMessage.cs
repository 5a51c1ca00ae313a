using System.Buffers;
using System.Buffers.Text;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>
/// One outgoing packet in the bytes that both transports write. Made once and shared by all receivers: a server's WebSocket frame carries no
/// mask, so it is the same for everybody.
/// </summary>
internal sealed class EngineMessage
{
    public static readonly EngineMessage Ping = Control(EnginePacketType.Ping);
    public static readonly EngineMessage Close = Control(EnginePacketType.Close);
    public static readonly EngineMessage Noop = Control(EnginePacketType.Noop);
    public static readonly EngineMessage ProbeAnswer = OfText(EnginePacketType.Pong, "probe"u8);

    private readonly byte[] _frame;
    private readonly int _content;

    private EngineMessage(byte[] frame, int content, bool isBinary)
    {
        _frame = frame;
        _content = content;
        IsBinary = isBinary;
    }

    public bool IsBinary { get; }

    /// <summary>The packet without the frame's header: text with its type character, or the bytes.</summary>
    public ReadOnlySpan<byte> Content => _frame.AsSpan(_content);

    /// <summary>The whole WebSocket frame.</summary>
    public ReadOnlyMemory<byte> Frame => _frame;

    public int Size => _frame.Length;

    /// <summary>A packet of text.</summary>
    /// <param name="text">UTF-8, without the type character; copied.</param>
    /// <param name="more">What follows the text; copied.</param>
    public static EngineMessage OfText(EnginePacketType type, ReadOnlySpan<byte> text, ReadOnlySpan<byte> more = default)
    {
        var length = 1 + text.Length + more.Length;
        var header = FrameHeader.Length(length);
        var frame = new byte[header + length];
        FrameHeader.Write(frame, FrameOpcode.Text, length);
        frame[header] = (byte)('0' + (int)type);
        text.CopyTo(frame.AsSpan(header + 1));
        more.CopyTo(frame.AsSpan(header + 1 + text.Length));
        return new EngineMessage(frame, header, isBinary: false);
    }

    /// <summary>A binary message.</summary>
    public static EngineMessage OfBinary(ReadOnlySpan<byte> bytes)
    {
        var header = FrameHeader.Length(bytes.Length);
        var frame = new byte[header + bytes.Length];
        FrameHeader.Write(frame, FrameOpcode.Binary, bytes.Length);
        bytes.CopyTo(frame.AsSpan(header));
        return new EngineMessage(frame, header, isBinary: true);
    }

    /// <summary>Appends the packet as it stands in a polling payload: text as it is, binary as <c>b</c> and base64.</summary>
    public void WritePolling(IBufferWriter<byte> payload)
    {
        var content = Content;
        if (!IsBinary)
        {
            payload.Write(content);
            return;
        }

        var space = payload.GetSpan(1 + Base64.GetMaxEncodedToUtf8Length(content.Length));
        space[0] = (byte)'b';
        Base64.EncodeToUtf8(content, space[1..], out _, out var written);
        payload.Advance(1 + written);
    }

    private static EngineMessage Control(EnginePacketType type) => OfText(type, []);
}
