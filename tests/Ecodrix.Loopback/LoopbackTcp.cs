using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Loopback;

/// <summary>A bare TCP server for what no decent HTTP server can be brought to do.</summary>
public sealed class LoopbackTcp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<Stream, CancellationToken, Task> _talk;
    private readonly List<Task> _talks = [];
    private readonly Task _accepting;

    private LoopbackTcp(Func<Stream, CancellationToken, Task> talk)
    {
        _talk = talk;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>Runs <paramref name="talk"/> for each connection; the connection ends with it.</summary>
    public static LoopbackTcp Start(Func<Stream, CancellationToken, Task> talk) => new(talk);

    /// <summary>Reads the first piece of a request, which is all of a small one.</summary>
    public static async Task<int> ReadRequestAsync(Stream stream, CancellationToken cancellationToken) =>
        await stream.ReadAsync(new byte[64 * 1024], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_talks);
        _ending.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                _talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _talk(client.GetStream(), _ending.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The other side hung up, or the test is over.
            }
        }
    }
}
