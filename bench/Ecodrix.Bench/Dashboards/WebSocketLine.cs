using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ecodrix.Bench.Dashboards;

/// <summary>A raw WebSocket to the server's <c>/socket.io</c> that does as little as it can, so that thousands fit beside the server on one machine.</summary>
internal sealed class WebSocketLine : IDisposable
{
    private const byte Text = 0x1;

    private const byte Close = 0x8;

    private const byte LastFrame = 0x80;

    private const byte Masked = 0x80;

    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private byte[] buffer = new byte[2 * 1024];

    private int start;

    private int end;

    /// <exception cref="IOException">The server did not take it as a WebSocket.</exception>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    public async Task OpenAsync(Uri server, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), cancellationToken);
        var request = $"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\nSec-WebSocket-Version: 13\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        int head;
        while ((head = Waiting.Span.IndexOf(HeadEnd)) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                throw new IOException("The server closed the connection in place of an answer.");
            }
        }

        if (!Waiting.Span.StartsWith("HTTP/1.1 101 "u8))
        {
            throw new IOException("The server took no WebSocket: " + Encoding.ASCII.GetString(Waiting.Span[..head]));
        }

        start += head + HeadEnd.Length;
    }

    /// <returns>The next message's text, good until the next call; null when the connection is over, by whomever.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!TryTake(out var kind, out var content))
            {
                if (!await FillAsync(cancellationToken))
                {
                    return null;
                }
            }
            else if (kind is Text)
            {
                return content;
            }
            else if (kind is Close)
            {
                return null;
            }
        }
    }

    /// <exception cref="SocketException">The connection is over.</exception>
    /// <exception cref="ObjectDisposedException">The connection was dropped.</exception>
    public async ValueTask SendAsync(string text, CancellationToken cancellationToken) => await socket.SendAsync(Frame(Text, Encoding.UTF8.GetBytes(text)), cancellationToken);

    /// <summary>Ends it as networks and browsers do: torn, closed without a word, or with a close frame.</summary>
    public async Task DropAsync(DropManner manner)
    {
        try
        {
            if (manner is DropManner.Closing)
            {
                await socket.SendAsync(Frame(Close, [0x03, 0xe8]), CancellationToken.None); // Two bytes into an open connection's buffer.
            }

            socket.LingerState = new LingerOption(manner is DropManner.Torn, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The server was first.
        }

        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private ReadOnlyMemory<byte> Waiting => buffer.AsMemory(start, end - start);

    private bool TryTake(out byte kind, out ReadOnlyMemory<byte> content)
    {
        var waiting = Waiting.Span;
        (kind, content) = (0, default);
        if (waiting.Length < 2)
        {
            return false;
        }

        var head = waiting[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (waiting.Length < head)
        {
            return false;
        }

        var length = head switch { 2 => waiting[1], 4 => BinaryPrimitives.ReadUInt16BigEndian(waiting[2..]), _ => (int)BinaryPrimitives.ReadUInt64BigEndian(waiting[2..]) };
        if (waiting.Length < head + length)
        {
            return false;
        }

        kind = (byte)(waiting[0] & 0x0f);
        content = Waiting.Slice(head, length);
        start += head + length;
        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            Waiting.CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        try
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(end), cancellationToken);
            end += read;
            return read > 0;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Masked, as a client's must be; with zeros, which leave the content as it is.</summary>
    private static byte[] Frame(byte kind, ReadOnlySpan<byte> content)
    {
        var isShort = content.Length < 126;
        var frame = new byte[(isShort ? 6 : 8) + content.Length];
        frame[0] = (byte)(LastFrame | kind);
        frame[1] = (byte)(Masked | (isShort ? content.Length : 126));
        if (!isShort)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)content.Length);
        }

        content.CopyTo(frame.AsSpan(frame.Length - content.Length));
        return frame;
    }
}

internal enum DropManner
{
    /// <summary>Reset.</summary>
    Torn,

    Silent,

    Closing,
}
