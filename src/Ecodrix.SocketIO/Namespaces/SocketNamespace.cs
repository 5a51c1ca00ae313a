using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Packets;
using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>One namespace: its hub, its sockets on this node, and the way to those on others.</summary>
internal sealed partial class SocketNamespace : ISocketNamespace
{
    private readonly ILogger _logger;
    private readonly SocketHub _hub;

    public SocketNamespace(SocketServer server, string name, SocketHub hub, ISocketAdapterFactory adapters, ILogger logger)
    {
        (Server, Name, _hub, _logger) = (server, name, hub, logger);
        Recovery = server.Options.Recovery is { } recovery ? new RecoveryLog(recovery, server.Deadlines, Gate) : null;
        Local = new LocalNamespace(this);
        Adapter = adapters.Create(Local);
        Target = new SocketTarget(this, SocketSelection.All, BroadcastFlags.None);
        hub.Namespace = this;
    }

    public SocketServer Server { get; }

    public string Name { get; }

    public SocketTarget Target { get; }

    public INamespaceAdapter Adapter { get; }

    public LocalNamespace Local { get; }

    /// <summary>Guards the registry, the sockets' states and rooms, and the recovery log.</summary>
    public Lock Gate { get; } = new();

    public RoomRegistry Registry { get; } = new();

    /// <summary>Null while recovery is off.</summary>
    public RecoveryLog? Recovery { get; }

    public IReadOnlyList<Socket> Sockets => Local.Select(SocketSelection.All);

    public ValueTask ServerSideEmitAsync(string name, params object?[] arguments) =>
        Adapter.ServerSideEmitAsync(Arguments.Event(name, arguments, Server.Options.Json), CancellationToken.None);

    public Task<IReadOnlyList<JsonNode?>> ServerSideEmitWithAckAsync(string name, params object?[] arguments) =>
        Adapter.ServerSideEmitWithAckAsync(Arguments.Event(name, arguments, Server.Options.Json), CancellationToken.None);

    /// <summary>A socket for a client that wants to join; a lost session is handed back to who knows its secret.</summary>
    public Socket Make(SocketClient client, JsonObject? auth)
    {
        var lost = TakeLost(auth, out var offset);
        return new Socket(this, client, auth, lost) { LastOffset = offset };
    }

    /// <summary>Asks the middlewares, lets the socket in and tells the hub. Never throws.</summary>
    public async Task WelcomeAsync(Socket socket)
    {
        try
        {
            var skips = socket.IsRecovered && Server.Options.Recovery!.SkipMiddlewares;
            if (!skips && await _hub.CheckAsync(socket) is { } refusal)
            {
                var words = new JsonObject { ["message"] = refusal.Message };
                if (refusal.Detail is not null)
                {
                    words["data"] = Arguments.List([refusal.Detail], socket.Json)[0]?.DeepClone();
                }

                socket.Client.Refuse(socket, words);
                return;
            }
        }
        catch (Exception failure)
        {
            LogMiddlewareThrew(Name, failure);
            socket.Client.Refuse(socket, new JsonObject { ["message"] = "Internal server error" });
            return;
        }

        if (!TryAdmit(socket, out var isTooLate))
        {
            if (isTooLate)
            {
                // What it missed went while the middlewares took their time: it comes again and starts anew.
                socket.Client.Connection.Close();
            }

            return;
        }

        socket.Client.Prove();
        socket.Client.Connection.Flush();
        await TellAsync(() => _hub.WelcomeAsync(socket));
    }

    /// <summary>Takes a socket out: it went, or is sent. Called once its client no longer knows it.</summary>
    public void Dismiss(Socket socket, string reason)
    {
        lock (Gate)
        {
            var wasConnected = socket.IsConnected;
            socket.State = SocketState.Gone;
            if (!wasConnected)
            {
                return;
            }

            Registry.Remove(socket);
            if (Recovery is not null && IsLoss(reason))
            {
                Recovery.Save(new LostSession(socket.Id, socket.Pid!, [.. socket.OtherRooms], socket.Data, socket.Items, Server.Deadlines.Now));
            }
        }

        foreach (var answer in socket.Answers.ForgetAll())
        {
            answer.Lose(socket);
        }

        socket.Mailbox.PostLast(() => TellAsync(() => _hub.PartAsync(socket, reason)));
    }

    /// <returns>Done when the socket has room for more.</returns>
    public ValueTask ReceiveAsync(SocketEvent received) =>
        received.Socket.Mailbox.Post(() => TellAsync(() => _hub.HearAsync(received)));

    /// <summary>Raises what another node emitted to the servers.</summary>
    public void RaiseServerSide(JsonArray serverEvent, Action<JsonNode?>? answer) => _ = TellAsync(() => _hub.HearServerAsync(serverEvent, answer, Server.Options.Json));

    /// <summary>What the hub does with it is its own affair: a throw is logged and the socket lives on.</summary>
    private async Task TellAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception failure)
        {
            LogHubThrew(Name, failure);
        }
    }

    private static bool IsLoss(string reason) =>
        reason is CloseReasons.TransportClose or CloseReasons.TransportError or CloseReasons.PingTimeout or CloseReasons.ForcedClose
            or CloseReasons.ServerShuttingDown or CloseReasons.SlowClient;

    private LostSession? TakeLost(JsonObject? auth, out string offset)
    {
        offset = "";
        if (Recovery is null || auth?["pid"] is not JsonValue pid || auth["offset"] is not JsonValue last
            || !pid.TryGetValue<string>(out var secret) || !last.TryGetValue(out offset!))
        {
            return null;
        }

        lock (Gate)
        {
            // Whether all that was missed can still be sent is seen now, and sent when the socket is let in.
            return Recovery.Take(secret) is { } lost && Missed(lost, offset) is not null ? lost : null;
        }
    }

    private List<EngineMessage>? Missed(LostSession lost, string offset) =>
        Recovery!.Missed(lost, offset, Server.Options.MaxQueuedPackets / 2, Server.Options.MaxQueuedBytes / 2);

    /// <summary>In one moment for all who send: what was missed, then the reply, then whatever comes.</summary>
    /// <returns>False when the client has gone meanwhile, or what it missed has.</returns>
    private bool TryAdmit(Socket socket, out bool isTooLate)
    {
        lock (Gate)
        {
            var missed = socket.Recovered is { } lost ? Missed(lost, socket.LastOffset) : [];
            isTooLate = missed is null;
            if (socket.State is SocketState.Gone || missed is null)
            {
                return false;
            }

            socket.Client.Connection.Enqueue([.. missed], isVolatile: false);

            var reply = new JsonObject { ["sid"] = socket.Id };
            if (socket.Pid is not null)
            {
                reply["pid"] = socket.Pid;
            }

            socket.State = SocketState.Connected;
            Registry.Add(socket);
            socket.Client.Connection.Enqueue(SocketPacketEncoder.Encode(new SocketPacket(SocketPacketType.Connect, Name, Payload: reply)), isVolatile: false);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Error, "A middleware of namespace {Namespace} threw.")]
    private partial void LogMiddlewareThrew(string @namespace, Exception failure);

    [LoggerMessage(LogLevel.Error, "The hub of namespace {Namespace} threw.")]
    private partial void LogHubThrew(string @namespace, Exception failure);
}
