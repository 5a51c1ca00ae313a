using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands.Listening;

/// <summary>Listens until it is told to stop: connects, forwards what comes, comes back when the connection is lost, and says what it missed meanwhile.</summary>
internal sealed class ListenSession(EngineApi api, ClientKey key, Forwarder forwarder, ListenScreen screen, TimeProvider clock)
{
    private const string Overheard = "listen.callback";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private string? recoveryId;

    private string? place;

    /// <summary>The last number of the client's stream that was seen; null before the first connection.</summary>
    private long? lastSeq;

    /// <exception cref="CommandFailedException">The key opens nothing.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                using var socket = await EngineSocket.ConnectAsync(api.Address, Auth(), cancellationToken);
                await BeginAsync(socket, cancellationToken);
                failures = 0;
                await ForwardAllAsync(socket, cancellationToken);
            }
            catch (SocketRefusedException refused) when (!refused.MayPass)
            {
                throw new CommandFailedException(refused.Message);
            }
            catch (Exception lost) when (lost is WebSocketException or SocketRefusedException)
            {
                var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures), LongestWait.TotalSeconds));
                screen.Lost(lost.Message, wait);
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    private JsonObject Auth()
    {
        var auth = new JsonObject { ["apiKey"] = key.ApiKey, ["clientCode"] = key.ClientCode };
        if (recoveryId is not null && place is not null)
        {
            auth["pid"] = recoveryId;
            auth["offset"] = place;
        }

        return auth;
    }

    private async Task BeginAsync(EngineSocket socket, CancellationToken cancellationToken)
    {
        var isRecovered = recoveryId is not null && string.Equals(recoveryId, socket.RecoveryId, StringComparison.Ordinal);
        recoveryId = socket.RecoveryId;
        var heard = await socket.AskAsync("listen", argument: null, cancellationToken);
        if (heard?["success"]?.GetValue<bool>() is not true)
        {
            throw new CommandFailedException(heard?["message"]?.ToString() ?? "The server does not know how to be listened to.");
        }

        if (lastSeq is not { } last)
        {
            lastSeq = (await AskEventsAsync(socket, after: 0, limit: 1, cancellationToken))["lastSeq"]!.GetValue<long>();
            screen.Began(heard["clientCode"]!.ToString(), heard["mode"]!.ToString(), forwarder.Receiver);
            return;
        }

        screen.IsBack();
        if (!isRecovered)
        {
            await ShowMissedAsync(socket, last, cancellationToken);
        }
    }

    /// <summary>The server does not keep signed bytes for listeners; it keeps that there was a callback.</summary>
    private async Task ShowMissedAsync(EngineSocket socket, long after, CancellationToken cancellationToken)
    {
        JsonNode answer;
        do
        {
            answer = await AskEventsAsync(socket, after, limit: 1_000, cancellationToken);
            foreach (var missed in answer["events"]!.AsArray().Where(entry => IsCallback(entry!["event"]!.ToString())))
            {
                screen.Missed(missed!["data"]!["callbackLog"]!);
            }

            after = answer["events"]!.AsArray().LastOrDefault()?["seq"]!.GetValue<long>() ?? answer["lastSeq"]!.GetValue<long>();
        }
        while (answer["hasMore"]!.GetValue<bool>());

        if (answer["reset"]!.GetValue<bool>())
        {
            screen.MissedUnknown();
        }

        lastSeq = after;
    }

    private static async Task<JsonNode> AskEventsAsync(EngineSocket socket, long after, int limit, CancellationToken cancellationToken)
    {
        var answer = await socket.AskAsync("events", new JsonObject { ["after"] = after, ["limit"] = limit }, cancellationToken);
        return answer?["lastSeq"] is not null ? answer : throw new WebSocketException(answer?["message"]?.ToString() ?? "The server does not tell what was missed.");
    }

    private async Task ForwardAllAsync(EngineSocket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var came = await socket.NextAsync(cancellationToken);
            if (came is not [{ } name, JsonObject payload, ..])
            {
                continue;
            }

            if (name.ToString() is Overheard)
            {
                screen.Forwarded(payload, await forwarder.SendAsync(payload, cancellationToken));
            }
            else if (payload["seq"]?.GetValue<long>() is { } seq)
            {
                lastSeq = Math.Max(lastSeq ?? 0, seq);
            }

            // Only now: what was not forwarded yet comes again after a loss.
            place = came is [_, _, JsonValue at] ? at.GetValue<string>() : place;
        }
    }

    private static bool IsCallback(string name) => name.StartsWith("callback.", StringComparison.Ordinal);
}
