using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Namespaces;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO;

/// <summary>One client in one namespace. May be used from any thread; what is sent to a socket that is gone is not sent.</summary>
public sealed class Socket
{
    private static readonly List<string> NoRooms = [];
    private readonly JsonObject? _auth;
    private List<string>? _rooms;
    private JsonObject? _data;
    private AwaitedAnswers? _answers;
    private Dictionary<string, object?>? _items;

    internal Socket(SocketNamespace space, SocketClient client, JsonObject? auth, LostSession? recovered)
    {
        (Space, Client, _auth) = (space, client, auth);
        Id = recovered?.Id ?? EngineServer.NewId();
        Pid = recovered?.Pid ?? (space.Recovery is null ? null : EngineServer.NewId());
        _data = recovered?.Data;
        Recovered = recovered;
        Mailbox = new Mailbox(space.Server.Options.MaxUnhandledEvents);
        if (recovered is not null)
        {
            _items = new Dictionary<string, object?>(recovered.Items, StringComparer.Ordinal);
            Join([.. recovered.Rooms]);
        }
    }

    /// <summary>Public, unlike the connection's id. Of a recovered socket the same as before.</summary>
    public string Id { get; }

    /// <summary>The namespace's name.</summary>
    public string Namespace => Space.Name;

    /// <summary>Made anew each time: it is asked for once or twice in a socket's life.</summary>
    public SocketHandshake Handshake => SocketHandshake.Of(Client.Connection.Request, _auth ?? []);

    /// <summary>Who the host's authentication found the first request to be from.</summary>
    public ClaimsPrincipal User => Client.Connection.Request.User;

    /// <summary>What is known about the socket; seen by other nodes, and kept when the connection is recovered.</summary>
    public JsonObject Data => LazyInitializer.EnsureInitialized(ref _data, () => []);

    /// <summary>Things of this process that go with the socket; kept when the connection is recovered.</summary>
    public IDictionary<string, object?> Items => LazyInitializer.EnsureInitialized(ref _items, () => new Dictionary<string, object?>(StringComparer.Ordinal));

    /// <summary>What carries the connection now: <c>polling</c> or <c>websocket</c>.</summary>
    public string Transport => Client.Connection.Transport.Name;

    public bool IsConnected => State is SocketState.Connected;

    /// <summary>The client came back after a loss and got what it had missed.</summary>
    public bool IsRecovered => Recovered is not null;

    /// <summary>The rooms that it is in, its own included.</summary>
    public IReadOnlyCollection<string> Rooms
    {
        get
        {
            lock (Space.Gate)
            {
                return [Id, .. OtherRooms];
            }
        }
    }

    /// <summary>All others of the namespace.</summary>
    public SocketTarget Broadcast => Space.Target.Except(Id);

    internal SocketNamespace Space { get; }

    internal SocketClient Client { get; }

    internal JsonSerializerOptions Json => Space.Server.Options.Json;

    internal Mailbox Mailbox { get; }

    internal LostSession? Recovered { get; }

    /// <summary>The last event that a recovered socket's client had got.</summary>
    internal string LastOffset { get; init; } = "";

    /// <summary>The client's secret for coming back; null while recovery is off.</summary>
    internal string? Pid { get; }

    /// <summary>Guarded by the namespace's gate.</summary>
    internal SocketState State { get; set; }

    /// <summary>The last selection that met this socket; guarded by the namespace's gate.</summary>
    internal long Round { get; set; }

    /// <summary>Guarded by the namespace's gate.</summary>
    internal List<string> OtherRooms => _rooms ?? NoRooms;

    internal AwaitedAnswers Answers => LazyInitializer.EnsureInitialized(ref _answers, () => new AwaitedAnswers());

    /// <summary>The others in the rooms.</summary>
    public SocketTarget To(params string[] rooms) => Broadcast.To(rooms);

    /// <summary>Sends an event to this client.</summary>
    public void Emit(string name, params ReadOnlySpan<object?> arguments) =>
        Space.Local.Send(this, Arguments.Event(name, arguments, Json), isVolatile: false);

    /// <summary>Sends an event to this client unless its transport is busy right now.</summary>
    public void EmitVolatile(string name, params ReadOnlySpan<object?> arguments) =>
        Space.Local.Send(this, Arguments.Event(name, arguments, Json), isVolatile: true);

    /// <summary>Sends an event and waits for the client's answer.</summary>
    public Task<SocketAnswer> EmitWithAckAsync(string name, TimeSpan timeout, params ReadOnlySpan<object?> arguments) =>
        Space.Local.AskAsync(this, Arguments.Event(name, arguments, Json), timeout);

    public void Join(params ReadOnlySpan<string> rooms)
    {
        lock (Space.Gate)
        {
            foreach (var room in rooms)
            {
                if (string.Equals(room, Id, StringComparison.Ordinal) || OtherRooms.Contains(room))
                {
                    continue;
                }

                // A list, because most sockets are in few rooms.
                (_rooms ??= new List<string>(1)).Add(room);
                if (IsConnected)
                {
                    Space.Registry.Enter(this, room);
                }
            }
        }
    }

    /// <summary>Leaves rooms. The socket's own room is left with the namespace only.</summary>
    public void Leave(params ReadOnlySpan<string> rooms)
    {
        lock (Space.Gate)
        {
            foreach (var room in rooms)
            {
                if (_rooms?.Remove(room) is true && IsConnected)
                {
                    Space.Registry.Exit(this, room);
                }
            }
        }
    }

    /// <summary>Takes the socket out of the namespace and tells the client, which does not come back by itself.</summary>
    /// <param name="close">True to end the whole connection, with all its namespaces.</param>
    public void Disconnect(bool close = false) => Client.Disconnect(this, close);

    internal void Send(SocketPacket packet) => Client.Send(SocketPacketEncoder.Encode(packet));

    internal SocketSnapshot Snapshot() => new(Id, Handshake, Rooms, Data);
}

/// <summary>Where a socket is in its life.</summary>
internal enum SocketState
{
    Joining,
    Connected,
    Gone,
}
