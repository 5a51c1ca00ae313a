using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ecodrix.Bench.Dashboards;

/// <summary>What looks on through a <see cref="Dashboard"/>.</summary>
internal interface IOnlooker
{
    /// <param name="frame">An event as it came: <c>42["name",{…},"offset"]</c>. Good during the call.</param>
    /// <param name="isLive">False for what was missed and comes after.</param>
    void Hear(ReadOnlySpan<byte> frame, bool isLive);

    /// <summary>The connection is there again.</summary>
    /// <param name="isRecovered">The server says that nothing is missing.</param>
    void ComeBack(bool isRecovered);

    /// <summary>The connection ended, and nobody here wanted it to.</summary>
    void Lose();
}

/// <summary>One Socket.IO client over a raw WebSocket, which comes back whenever it is dropped, as the stock client does.</summary>
/// <param name="auth">What it shows at each handshake, as a JSON object.</param>
/// <param name="recovers">It names what it got last when it comes back.</param>
internal sealed class Dashboard(Uri server, string auth, bool recovers, IOnlooker onlooker)
{
    private static readonly TimeSpan LongestAway = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile WebSocketLine? line;

    private volatile bool isLive;

    private volatile bool isDropped;

    private string? sid;

    private string? pid;

    private string? offset;

    /// <summary>Done when it is let in for the first time.</summary>
    public Task Connected => connected.Task.WaitAsync(Patience, TimeProvider.System);

    /// <summary>Looks on until it is told to stop.</summary>
    /// <exception cref="IOException">The server does not let it in.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await LookAsync(stop);
                if (!isDropped && !stop.IsCancellationRequested)
                {
                    onlooker.Lose();
                }

                await Task.Delay(LongestAway * Random.Shared.NextDouble(), TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It has seen enough.
        }
        catch (Exception failure)
        {
            connected.TrySetException(failure);
            throw;
        }
    }

    /// <summary>Ends the connection from this side; it comes back by itself.</summary>
    /// <returns>False when there is none just now.</returns>
    public async Task<bool> DropAsync(DropManner manner)
    {
        if (!isLive || line is not { } open)
        {
            return false;
        }

        isDropped = true;
        await open.DropAsync(manner);
        return true;
    }

    private async Task LookAsync(CancellationToken stop)
    {
        using var opened = new WebSocketLine();
        (isLive, isDropped) = (false, false);
        try
        {
            await opened.OpenAsync(server, stop);
            line = opened;
            while (await opened.ReadAsync(stop) is { } text)
            {
                if (Answer(text.Span) is { } answer)
                {
                    await opened.SendAsync(answer, stop);
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Dropped, here or there.
        }
        finally
        {
            (isLive, line) = (false, null);
        }
    }

    /// <returns>What the server is told; null for nothing.</returns>
    private string? Answer(ReadOnlySpan<byte> text)
    {
        switch (text)
        {
            case [(byte)'2']:
                return "3";
            case [(byte)'0', ..]:
                return "40" + (recovers && pid is not null && offset is not null ? $$"""{{{auth.Trim('{', '}')}},"pid":"{{pid}}","offset":"{{offset}}"}""" : auth);
            case [(byte)'4', (byte)'2', ..]:
                offset = HeardEvent.OffsetOf(text) ?? offset;
                onlooker.Hear(text, isLive);
                return null;
            case [(byte)'4', (byte)'0', .. var let]:
                Enter(let);
                return null;
            case [(byte)'4', (byte)'4', ..]:
                throw new IOException("The server does not let a dashboard in: " + Encoding.UTF8.GetString(text));
            default:
                return null;
        }
    }

    private void Enter(ReadOnlySpan<byte> let)
    {
        var reader = new Utf8JsonReader(let);
        using var given = JsonDocument.ParseValue(ref reader);
        var before = sid;
        sid = given.RootElement.GetProperty("sid").GetString();
        pid = given.RootElement.TryGetProperty("pid", out var recoverable) ? recoverable.GetString() : null;
        isLive = true;
        if (before is null)
        {
            connected.TrySetResult();
        }
        else
        {
            onlooker.ComeBack(isRecovered: string.Equals(before, sid, StringComparison.Ordinal));
        }
    }
}
