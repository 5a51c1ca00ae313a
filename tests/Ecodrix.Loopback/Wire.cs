using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Loopback;

/// <summary>A wire between two programs, which can be cut and let go silent, and which counts what goes over it.</summary>
public sealed class Wire : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly List<TcpClient> _ends = [];
    private readonly Lock _door = new();
    private readonly (string Host, int Port) _target;
    private TcpListener? _listener;
    private TaskCompletionSource _flows = new();
    private long _waited;
    private int _exchanges;

    /// <param name="target">Host and port.</param>
    public Wire(string target)
    {
        var at = target.LastIndexOf(':');
        _target = (target[..at], int.Parse(target[(at + 1)..], CultureInfo.InvariantCulture));
        _flows.SetResult();
        Listen();
    }

    public int Port { get; private set; }

    /// <summary>How many connections have been opened.</summary>
    public int Opened { get; private set; }

    public int Open { get; private set; }

    /// <summary>How many connections were open at once, at most.</summary>
    public int MostOpen { get; private set; }

    /// <summary>How often something was asked and answered.</summary>
    public int Exchanges => Volatile.Read(ref _exchanges);

    /// <summary>How long answers were waited for, all together; what took longer than a second was no question.</summary>
    public TimeSpan Waited => TimeSpan.FromTicks(Interlocked.Read(ref _waited));

    /// <summary>Ends what is connected, and refuses what comes.</summary>
    public void Cut()
    {
        lock (_door)
        {
            _listener?.Dispose();
            _listener = null;
            _ends.ForEach(end => end.Dispose());
            _ends.Clear();
        }
    }

    /// <summary>Takes what comes and passes nothing on.</summary>
    public void FallSilent() => _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend()
    {
        lock (_door)
        {
            if (_listener is null)
            {
                Listen();
            }
        }

        _flows.TrySetResult();
    }

    public void Dispose()
    {
        _ended.Cancel();
        Cut();
        _flows.TrySetResult();
        _ended.Dispose();
    }

    private void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await from.AcceptTcpClientAsync(_ended.Token));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut, or taken away.
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            if (!Enter(near, far))
            {
                return;
            }

            try
            {
                await far.ConnectAsync(_target.Host, _target.Port, _ended.Token);
                var asked = new Asked();
                await Task.WhenAny(PassAsync(near, far, asked.Begin), PassAsync(far, near, () => Answered(asked)));
            }
            catch (Exception broken) when (broken is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Cut.
            }
            finally
            {
                Leave(near, far);
            }
        }
    }

    private bool Enter(TcpClient near, TcpClient far)
    {
        lock (_door)
        {
            if (_listener is null)
            {
                return false;
            }

            _ends.AddRange([near, far]);
            Opened++;
            Open++;
            MostOpen = Math.Max(MostOpen, Open);
            return true;
        }
    }

    private void Leave(TcpClient near, TcpClient far)
    {
        lock (_door)
        {
            Open--;
            _ends.Remove(near);
            _ends.Remove(far);
        }
    }

    private void Answered(Asked asked)
    {
        if (asked.End() is { } took && took < TimeSpan.FromSeconds(1))
        {
            Interlocked.Add(ref _waited, took.Ticks);
            Interlocked.Increment(ref _exchanges);
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, Action passing)
    {
        try
        {
            var bytes = new byte[16 * 1024];
            while (await from.GetStream().ReadAsync(bytes, _ended.Token) is var read and > 0)
            {
                await _flows.Task;
                passing();
                await to.GetStream().WriteAsync(bytes.AsMemory(0, read), _ended.Token);
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    /// <summary>What is asked on one connection and not answered yet.</summary>
    private sealed class Asked
    {
        private long _since;

        public void Begin() => Interlocked.CompareExchange(ref _since, Stopwatch.GetTimestamp(), 0);

        /// <returns>Null when nothing was asked.</returns>
        public TimeSpan? End() => Interlocked.Exchange(ref _since, 0) is var began and not 0 ? Stopwatch.GetElapsedTime(began) : null;
    }
}
