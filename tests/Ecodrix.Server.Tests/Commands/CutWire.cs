using System.Net.Sockets;
using Ecodrix.Loopback;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>A wire to a server that can be cut, as a network is: nobody says goodbye.</summary>
internal sealed class CutWire : IAsyncDisposable
{
    private readonly LoopbackTcp near;

    private CancellationTokenSource cut = new();

    public CutWire(Uri server) => near = LoopbackTcp.Start((stream, ending) => RelayAsync(stream, server, ending));

    public Uri Url => near.Url;

    /// <summary>Ends the connections that there are; later ones are let through.</summary>
    public async Task CutAsync()
    {
        using var before = Interlocked.Exchange(ref cut, new CancellationTokenSource());
        await before.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await near.DisposeAsync();
        cut.Dispose();
    }

    private async Task RelayAsync(Stream stream, Uri server, CancellationToken ending)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending, cut.Token);
        using var far = new TcpClient();
        await far.ConnectAsync(server.Host, server.Port, over.Token);
        await Task.WhenAny(CopyAsync(stream, far.GetStream(), over.Token), CopyAsync(far.GetStream(), stream, over.Token));
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either side is gone, or the wire is cut.
        }
    }
}
