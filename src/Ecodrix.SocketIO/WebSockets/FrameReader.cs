using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Ecodrix.SocketIO.WebSockets;

/// <summary>
/// Reads the frames of one client (RFC 6455) from bytes in whatever pieces they come. Keeps nothing between messages but this object; a large
/// message's buffer grows with what has really come, never with what a header announces.
/// </summary>
/// <param name="mostBytes">The largest message, inclusive, over all its fragments.</param>
internal sealed class FrameReader(int mostBytes)
{
    private byte[]? _partialHeader;
    private int _partialLength;
    private FrameOpcode? _message;
    private byte[] _payload = [];
    private int _payloadLength;
    private FrameOpcode _frame;
    private bool _isFinal;
    private bool _inFrame;
    private byte[]? _control;
    private int _controlLength;
    private long _remaining;
    private uint _mask;
    private int _maskAt;

    /// <summary>Takes bytes until something is complete.</summary>
    /// <param name="data">Cut by what was taken.</param>
    /// <returns>Null when all bytes were taken and nothing is complete yet.</returns>
    public Received? Read(ref ReadOnlySpan<byte> data)
    {
        while (true)
        {
            if (!TryHeader(ref data, out var violation))
            {
                return violation;
            }

            var part = data[..(int)Math.Min(_remaining, data.Length)];
            data = data[part.Length..];
            _remaining -= part.Length;
            Append(part);
            if (_remaining > 0)
            {
                return null;
            }

            _inFrame = false;
            if (_frame >= FrameOpcode.Close)
            {
                return Control();
            }

            if (_isFinal)
            {
                return Message();
            }
        }
    }

    private bool TryHeader(ref ReadOnlySpan<byte> data, out Received.Violation? violation)
    {
        violation = null;
        if (_inFrame)
        {
            return true;
        }

        var header = Gather(ref data, 2);
        if (header.Length < 2)
        {
            return false;
        }

        if (Check(header[0], header[1]) is { } code)
        {
            violation = new Received.Violation(code);
            return false;
        }

        var extended = (header[1] & 0x7f) switch { 126 => 2, 127 => 8, _ => 0 };
        var length = 2 + extended + 4;
        header = Gather(ref data, length);
        if (header.Length < length)
        {
            return false;
        }

        var size = Begin(header, extended);
        Consume(ref data, length);
        if (_frame < FrameOpcode.Close && size > (ulong)(mostBytes - _payloadLength))
        {
            violation = new Received.Violation(CloseCode.TooBig);
            return false;
        }

        (_remaining, _inFrame) = ((long)size, true);
        return true;
    }

    /// <summary>Takes over what a whole header says.</summary>
    /// <returns>The payload's size.</returns>
    private ulong Begin(ReadOnlySpan<byte> header, int extended)
    {
        _mask = BitConverter.ToUInt32(header[(2 + extended)..]);
        _maskAt = 0;
        if (_frame is FrameOpcode.Text or FrameOpcode.Binary)
        {
            _message = _frame;
        }

        return extended switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(header[2..]),
            _ => (ulong)(header[1] & 0x7f),
        };
    }

    /// <summary>The first so many bytes of the header, from what was kept and what came; fewer when they have not come yet, and then kept.</summary>
    private ReadOnlySpan<byte> Gather(ref ReadOnlySpan<byte> data, int wanted)
    {
        if (_partialLength is 0 && data.Length >= wanted)
        {
            return data[..wanted];
        }

        _partialHeader ??= new byte[14];
        while (_partialLength < wanted && data.Length > 0)
        {
            _partialHeader[_partialLength++] = data[0];
            data = data[1..];
        }

        return _partialHeader.AsSpan(0, Math.Min(_partialLength, wanted));
    }

    private void Consume(ref ReadOnlySpan<byte> data, int length)
    {
        data = _partialLength is 0 ? data[length..] : data;
        _partialLength = 0;
    }

    private CloseCode? Check(byte first, byte second)
    {
        _frame = (FrameOpcode)(first & 0x0f);
        _isFinal = (first & 0x80) is not 0;
        var isMasked = (second & 0x80) is not 0;
        var fits = _frame switch
        {
            FrameOpcode.Continuation => _message is not null,
            FrameOpcode.Text or FrameOpcode.Binary => _message is null,
            FrameOpcode.Close or FrameOpcode.Ping or FrameOpcode.Pong => _isFinal && (second & 0x7f) <= 125,
            _ => false,
        };
        return fits && isMasked && (first & 0x70) is 0 ? null : CloseCode.ProtocolError;
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return;
        }

        if (_frame >= FrameOpcode.Close)
        {
            _control ??= new byte[125];
            Unmask(part, _control.AsSpan(_controlLength));
            _controlLength += part.Length;
            return;
        }

        if (_payload.Length - _payloadLength < part.Length)
        {
            var wanted = _payloadLength + part.Length;
            Array.Resize(ref _payload, _remaining is 0 && _isFinal ? wanted : Math.Max(wanted * 2, 1024));
        }

        Unmask(part, _payload.AsSpan(_payloadLength));
        _payloadLength += part.Length;
    }

    private void Unmask(ReadOnlySpan<byte> from, Span<byte> to)
    {
        Span<byte> key = stackalloc byte[4];
        BitConverter.TryWriteBytes(key, _mask);
        for (var at = 0; at < from.Length; at++)
        {
            to[at] = (byte)(from[at] ^ key[(_maskAt + at) & 3]);
        }

        _maskAt = (_maskAt + from.Length) & 3;
    }

    private Received Control()
    {
        var content = _controlLength is 0 ? [] : _control.AsSpan(0, _controlLength).ToArray();
        (_control, _controlLength) = (null, 0);
        return _frame switch
        {
            FrameOpcode.Ping => new Received.Ping(content),
            FrameOpcode.Pong => new Received.Pong(),
            _ => content.Length is 1 ? new Received.Violation(CloseCode.ProtocolError) : new Received.Close(content),
        };
    }

    private Received Message()
    {
        var content = _payload.Length == _payloadLength ? _payload : _payload.AsSpan(0, _payloadLength).ToArray();
        var isText = _message is FrameOpcode.Text;
        (_message, _payload, _payloadLength) = (null, [], 0);
        return !isText ? new Received.Binary(content)
            : Utf8.IsValid(content) ? new Received.Text(Encoding.UTF8.GetString(content))
            : new Received.Violation(CloseCode.InvalidText);
    }
}
