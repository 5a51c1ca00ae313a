using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Ecodrix.Loopback;

/// <summary>A dashboard under Node with the stock <c>socket.io-client</c>: tells what happens to it, and does what it is asked.</summary>
public sealed class NodeDashboard : IAsyncDisposable
{
    private const string FolderName = "dashboard";

    private readonly Process _process;
    private readonly Channel<JsonNode> _said = Channel.CreateUnbounded<JsonNode>();
    private readonly List<JsonNode> _events = [];
    private readonly Task _reading;

    private NodeDashboard(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Every event so far, aliases included, in the order in which they came.</summary>
    public IReadOnlyList<JsonNode> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() => NodeProgram.WhyUnavailable(NodeProgram.Folder(FolderName), "socket.io-client");

    /// <param name="options">The client's own: <c>auth</c>, <c>transports</c>, <c>extraHeaders</c>.</param>
    public static NodeDashboard Open(Uri server, JsonObject options) =>
        new(NodeProgram.Start(NodeProgram.Folder(FolderName), "client.mjs", server.AbsoluteUri, options.ToJsonString()));

    /// <summary>The next thing that it says of this kind: <c>connect</c>, <c>refused</c>, <c>disconnect</c> or <c>answer</c>, or several of them. Others before it are passed over.</summary>
    public async Task<JsonNode> NextAsync(string kinds, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var said = await _said.Reader.ReadAsync(patience.Token);
            if (kinds.Split(' ').Contains(said["kind"]!.GetValue<string>(), StringComparer.Ordinal))
            {
                return said;
            }
        }
    }

    /// <summary>Emits an event and waits for the server's answer.</summary>
    public async Task<JsonNode?> AskAsync(string name, JsonNode? argument, CancellationToken cancellationToken)
    {
        await DoAsync(new JsonObject { ["do"] = "ask", ["name"] = name, ["args"] = argument is null ? [] : new JsonArray(argument) });
        return (await NextAsync("answer", cancellationToken))["answer"];
    }

    /// <summary>Loses its connection; it comes back by itself.</summary>
    public Task CutAsync() => DoAsync(new JsonObject { ["do"] = "cut" });

    /// <summary>Loses its connection and stays away until <see cref="ReturnAsync"/>.</summary>
    public Task LeaveAsync() => DoAsync(new JsonObject { ["do"] = "offline" });

    public Task ReturnAsync() => DoAsync(new JsonObject { ["do"] = "online" });

    /// <summary>Waits until an event has come that is as wanted.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (Events.FirstOrDefault(wanted) is { } found)
            {
                return found;
            }

            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task DoAsync(JsonObject asked)
    {
        await _process.StandardInput.WriteLineAsync(asked.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var said = JsonNode.Parse(line)!;
            if (said["kind"]!.GetValue<string>() is "event")
            {
                lock (_events)
                {
                    _events.Add(said);
                }
            }
            else
            {
                _said.Writer.TryWrite(said);
            }
        }

        _said.Writer.Complete();
    }
}
