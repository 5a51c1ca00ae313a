using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>A way to a server that can be broken and mended, and that loses an answer when told to.</summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly Lock door = new();
    private readonly DnsEndPoint server;
    private readonly HashSet<Socket> open = [];
    private Socket? listener;
    private byte[]? unanswered;

    public TcpRelay(string host, int port)
    {
        server = new DnsEndPoint(host, port);
        Mend();
    }

    public int Port { get; private set; }

    /// <summary>How many answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>The server does what the next message with this word asks; its answer does not arrive, and the connection ends.</summary>
    public void LoseAnswerTo(string word) => unanswered = Encoding.ASCII.GetBytes(word);

    public void Break()
    {
        lock (door)
        {
            listener?.Dispose();
            listener = null;
            foreach (var socket in open)
            {
                socket.Dispose();
            }

            open.Clear();
        }
    }

    public void Mend()
    {
        lock (door)
        {
            listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            listener.Listen();
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            _ = AcceptAsync(listener);
        }
    }

    public void Dispose() => Break();

    private async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptAsync();
                _ = ServeAsync(client);
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // That is what breaking means.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (door)
        {
            open.Add(client);
            open.Add(upstream);
        }

        using (client)
        {
            try
            {
                await upstream.ConnectAsync(server);
                var loses = new bool[1];
                await Task.WhenAny(CopyAsync(client, upstream, loses, asks: true), CopyAsync(upstream, client, loses, asks: false));
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                // The other side sees its connection end.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool[] loses, bool asks)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                if (asks && unanswered is { } word && buffer.AsSpan(0, length).IndexOf(word) >= 0)
                {
                    unanswered = null;
                    loses[0] = true;
                }
                else if (!asks && loses[0])
                {
                    Lost++;
                    return;
                }

                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
