using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands.Listening;

/// <summary>One connection to the engine's sockets, of as much of Engine.IO 4 and Socket.IO 5 as a listener needs: a WebSocket, the main namespace, events, questions.</summary>
internal sealed class EngineSocket(ClientWebSocket socket) : IDisposable
{
    private const int MostBytes = 2 * 1024 * 1024;

    private const int Chunk = 16 * 1024;

    private readonly byte[] buffer = new byte[Chunk];

    private readonly Queue<JsonArray> early = new();

    private TimeSpan patience = TimeSpan.FromSeconds(20);

    private int asked;

    /// <summary>By which the server knows a client that comes back; null when it does not offer that.</summary>
    public string? RecoveryId { get; private set; }

    /// <exception cref="SocketRefusedException">The server does not let this client in.</exception>
    /// <exception cref="WebSocketException">There is no connection.</exception>
    public static async Task<EngineSocket> ConnectAsync(Uri server, JsonObject auth, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(new Uri(server, "/socket.io/?EIO=4&transport=websocket"));
        address.Scheme = address.Scheme is "https" ? "wss" : "ws";
        var engine = new EngineSocket(new ClientWebSocket());
        try
        {
            await engine.OpenAsync(address.Uri, auth, cancellationToken);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>The next event: its name, its arguments and, where the server lets clients come back, its place.</summary>
    /// <exception cref="WebSocketException">The connection is lost.</exception>
    public async Task<JsonArray> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (early.TryDequeue(out var held) || (await ReadAsync(cancellationToken) is ['4', '2', .. var json] && (held = ParseEvent(json)) is not null))
            {
                return held;
            }
        }
    }

    /// <summary>Emits an event and waits for its answer; events that come meanwhile are kept for <see cref="NextAsync"/>.</summary>
    public async Task<JsonNode?> AskAsync(string name, JsonNode? argument, CancellationToken cancellationToken)
    {
        var id = asked++;
        await SendAsync($"42{id}{new JsonArray(name, argument).ToJsonString()}", cancellationToken);
        var answered = $"43{id}[";
        while (true)
        {
            var text = await ReadAsync(cancellationToken);
            if (text.StartsWith(answered, StringComparison.Ordinal))
            {
                return JsonNode.Parse(text[(answered.Length - 1)..])!.AsArray().FirstOrDefault()?.DeepClone();
            }

            Keep(text);
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task OpenAsync(Uri address, JsonObject auth, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(address, cancellationToken);
        if (await ReadAsync(cancellationToken) is not ['0', .. var opened])
        {
            throw new WebSocketException("What answers there is no Socket.IO server.");
        }

        var open = JsonNode.Parse(opened)!;
        patience = TimeSpan.FromMilliseconds(open["pingInterval"]!.GetValue<int>() + open["pingTimeout"]!.GetValue<int>());
        await SendAsync($"40{auth.ToJsonString()}", cancellationToken);
        while (true)
        {
            var text = await ReadAsync(cancellationToken);
            if (text.StartsWith("44", StringComparison.Ordinal))
            {
                throw new SocketRefusedException(JsonNode.Parse(text[2..])!);
            }

            if (text.StartsWith("40", StringComparison.Ordinal))
            {
                RecoveryId = JsonNode.Parse(text[2..])!["pid"]?.GetValue<string>();
                return;
            }

            // What was missed comes before the answer.
            Keep(text);
        }
    }

    private void Keep(string text)
    {
        if (text is ['4', '2', .. var json] && ParseEvent(json) is { } came)
        {
            early.Enqueue(came);
        }
    }

    /// <summary>The next packet that is for the listener; heartbeats are answered on the way.</summary>
    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            silence.CancelAfter(patience);
            string text;
            try
            {
                text = await ReceiveAsync(silence.Token);
            }
            catch (OperationCanceledException waited) when (!cancellationToken.IsCancellationRequested)
            {
                throw new WebSocketException("The server has fallen silent.", waited);
            }

            switch (text)
            {
                case "2":
                    await SendAsync("3", cancellationToken);
                    break;
                case "1" or "41":
                    throw new WebSocketException("The server closed the connection.");
                default:
                    return text;
            }
        }
    }

    private async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                throw new WebSocketException("The server closed the connection.");
            }

            message.Write(buffer, 0, part.Count);
            if (message.Length > MostBytes)
            {
                throw new WebSocketException("The server sent more than it may.");
            }

            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
            }
        }
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <returns>Null when it is none, which a server that speaks the protocol never sends.</returns>
    private static JsonArray? ParseEvent(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonArray;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The server does not let the client in.</summary>
internal sealed class SocketRefusedException(JsonNode why) : Exception(why["data"]?["message"]?.ToString() ?? why["message"]?.ToString() ?? "The server refused without a reason.")
{
    /// <summary>Trying again later can help: nothing is wrong with the credentials.</summary>
    public bool MayPass { get; } = why["message"]?.ToString() is "UNAVAILABLE" or "RATE_LIMITED" or "QUOTA_EXCEEDED";
}
