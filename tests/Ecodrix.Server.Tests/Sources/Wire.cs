using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>A wire between two programs, which a test can cut, and let go silent.</summary>
internal sealed class Wire : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private readonly CancellationTokenSource ended = new();

    private readonly List<TcpClient> ends = [];

    private readonly Lock door = new();

    private readonly (string Host, int Port) target;

    private TaskCompletionSource flows = new();

    private bool isCut;

    /// <param name="target">Host and port.</param>
    public Wire(string target)
    {
        var at = target.LastIndexOf(':');
        this.target = (target[..at], int.Parse(target[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        flows.SetResult();
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Ends what is connected, and refuses what comes.</summary>
    public void Cut()
    {
        lock (door)
        {
            isCut = true;
            ends.ForEach(end => end.Dispose());
            ends.Clear();
        }
    }

    /// <summary>Takes what comes and passes nothing on.</summary>
    public void FallSilent() => flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend()
    {
        lock (door)
        {
            isCut = false;
        }

        flows.TrySetResult();
    }

    public void Dispose()
    {
        ended.Cancel();
        listener.Dispose();
        Cut();
        flows.TrySetResult();
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(ended.Token);
                _ = ServeAsync(near);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The wire is taken away.
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                lock (door)
                {
                    if (isCut)
                    {
                        return;
                    }

                    ends.AddRange([near, far]);
                }

                await far.ConnectAsync(target.Host, target.Port, ended.Token);
                await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
            }
            catch (Exception broken) when (broken is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            var bytes = new byte[16 * 1024];
            while (await from.GetStream().ReadAsync(bytes, ended.Token) is var read and > 0)
            {
                await flows.Task;
                await to.GetStream().WriteAsync(bytes.AsMemory(0, read), ended.Token);
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
