using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.Tests.Wire;

/// <summary>A WebSocket client that is nothing but bytes on a TCP connection: it can break every rule, and sees every byte.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly CancellationTokenSource _patience = new(Eventually.Patience);

    private RawWebSocket(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    public string Status { get; private set; } = "";

    public string Head { get; private set; } = "";

    /// <summary>The body of a refusal.</summary>
    public async Task<string> BodyAsync()
    {
        using var reader = new StreamReader(_stream, leaveOpen: true);
        return await reader.ReadToEndAsync(_patience.Token);
    }

    public static async Task<RawWebSocket> ConnectAsync(Uri server, string pathAndQuery = "/socket.io/?EIO=4&transport=websocket", string headers = "")
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(server.Host, server.Port);
        var socket = new RawWebSocket(tcp);
        await socket.WriteAsync(Encoding.Latin1.GetBytes(
            $"GET {pathAndQuery} HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await socket.ReadExactlyAsync(1))[0]);
        }

        (socket.Head, socket.Status) = (head.ToString(), head.ToString().Split(' ')[1]);
        return socket;
    }

    /// <summary>Connects and joins a namespace; the open packet and the reply are read.</summary>
    public static async Task<RawWebSocket> JoinAsync(Uri server, string space = "/", string auth = "")
    {
        var socket = await ConnectAsync(server);
        await socket.OpenAsync();
        await socket.SendAsync(space is "/" ? $"40{auth}" : $"40{space},{auth}");
        (await socket.TextAsync()).ShouldStartWith("40");
        return socket;
    }

    public async Task<JsonNode> OpenAsync()
    {
        var open = await TextAsync();
        open.ShouldStartWith("0{");
        return JsonNode.Parse(open[1..])!;
    }

    public Task SendAsync(string text) => FrameAsync(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => FrameAsync(FrameOpcode.Binary, bytes);

    public Task FrameAsync(FrameOpcode opcode, byte[] payload, bool isFinal = true, bool isMasked = true) =>
        WriteAsync(Frame(opcode, payload, isFinal, isMasked));

    public async Task WriteAsync(byte[] bytes) => await _stream.WriteAsync(bytes, _patience.Token);

    public static byte[] Frame(FrameOpcode opcode, ReadOnlySpan<byte> payload, bool isFinal = true, bool isMasked = true)
    {
        var header = new byte[14];
        header[0] = (byte)((isFinal ? 0x80 : 0) | (int)opcode);
        var length = FrameHeader.Length(payload.Length);
        var plain = new byte[10];
        FrameHeader.Write(plain, opcode, payload.Length);
        plain.AsSpan(1, length - 1).CopyTo(header.AsSpan(1));
        var frame = header.AsSpan(0, length).ToArray().Concat(isMasked ? [1, 2, 3, 4] : Array.Empty<byte>()).Concat(payload.ToArray()).ToArray();
        if (!isMasked)
        {
            return frame;
        }

        frame[1] |= 0x80;
        for (var at = 0; at < payload.Length; at++)
        {
            frame[length + 4 + at] ^= (byte)((at & 3) + 1);
        }

        return frame;
    }

    /// <summary>The next frame, pings of the heartbeat passed over.</summary>
    public async Task<(FrameOpcode Opcode, byte[] Payload)> NextAsync(bool withPings = false)
    {
        while (true)
        {
            var header = await ReadExactlyAsync(2);
            (header[1] & 0x80).ShouldBe(0, "A server does not mask.");
            var length = header[1] switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2)),
                127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(8)),
                var small => small,
            };
            var payload = await ReadExactlyAsync(length);
            if (withPings || !((header[0] & 0x0f) is (int)FrameOpcode.Text && payload is [(byte)'2']))
            {
                return ((FrameOpcode)(header[0] & 0x0f), payload);
            }
        }
    }

    public async Task<string> TextAsync(bool withPings = false)
    {
        var (opcode, payload) = await NextAsync(withPings);
        opcode.ShouldBe(FrameOpcode.Text);
        return Encoding.UTF8.GetString(payload);
    }

    public async Task<byte[]> BinaryAsync()
    {
        var (opcode, payload) = await NextAsync();
        opcode.ShouldBe(FrameOpcode.Binary);
        return payload;
    }

    /// <summary>Waits for the close frame, whatever comes before it, answers it as a client does, and waits for the end of TCP.</summary>
    /// <returns>The close frame's code.</returns>
    public async Task<int> ClosedAsync(bool answers = true)
    {
        while (true)
        {
            var (opcode, payload) = await NextAsync();
            if (opcode is FrameOpcode.Close)
            {
                if (answers)
                {
                    await TryAsync(() => FrameAsync(FrameOpcode.Close, payload));
                }

                await EndedAsync();
                return payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
            }
        }
    }

    /// <summary>The client has no more to say; it still listens.</summary>
    public void EndSending()
    {
        if (_tcp.Connected)
        {
            _tcp.Client.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Waits for the end of TCP, by the book or torn.</summary>
    public async Task EndedAsync()
    {
        var buffer = new byte[4096];
        await TryAsync(async () =>
        {
            while (await _stream.ReadAsync(buffer, _patience.Token) > 0)
            {
                // What still comes is of no interest.
            }
        });
    }

    private static async Task TryAsync(Func<Task> towardsTheEnd)
    {
        try
        {
            await towardsTheEnd();
        }
        catch (IOException torn) when (torn.InnerException is SocketException)
        {
            // A reset ends it as well.
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, _patience.Token);
        return bytes;
    }
}
