using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Ecodrix.SocketIO.Clocks;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The connections of one path.</summary>
internal sealed class EngineServer(SocketIOOptions options, IEngineApplication application, Deadlines deadlines, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, EngineConnection> _connections = new(StringComparer.Ordinal);
    private readonly LinkedList<EngineConnection> _halfOpen = new();
    private volatile bool _isStopping;

    public SocketIOOptions Options => options;

    public Deadlines Deadlines => deadlines;

    public TimeProvider Clock => clock;

    /// <summary>In the clock's ticks.</summary>
    public long PingInterval { get; } = deadlines.Ticks(options.PingInterval);

    /// <summary>In the clock's ticks.</summary>
    public long PingTimeout { get; } = deadlines.Ticks(options.PingTimeout);

    public int Count => _connections.Count;

    /// <summary>How many have not yet proved to be clients of the application.</summary>
    public int HalfOpenCount
    {
        get
        {
            lock (_halfOpen)
            {
                return _halfOpen.Count;
            }
        }
    }

    public bool IsStopping => _isStopping;

    /// <returns>Null when no such connection is open, a dead one that no timer has found yet included.</returns>
    public EngineConnection? Find(string id)
    {
        if (!_connections.TryGetValue(id, out var connection))
        {
            return null;
        }

        if (connection.IsOpen && connection.Heartbeat.IsOverdue())
        {
            connection.Close(CloseReasons.PingTimeout, CloseManner.AtOnce);
            return null;
        }

        return connection;
    }

    public EngineConnection OpenPolling(HttpContext context)
    {
        var connection = Make(context);
        return Open(connection, new PollingTransport(connection, this));
    }

    public WebSocketTransport OpenWebSocket(HttpContext context, Stream stream)
    {
        var connection = Make(context);
        var transport = new WebSocketTransport(connection, this, context, stream);
        Open(connection, transport);
        return transport;
    }

    /// <summary>The client has shown that it is one: it no longer counts as a half-open handshake.</summary>
    public void Prove(EngineConnection connection)
    {
        lock (_halfOpen)
        {
            if (connection.HalfOpen is { List: not null } node)
            {
                _halfOpen.Remove(node);
            }

            connection.HalfOpen = null;
        }
    }

    public void Forget(EngineConnection connection) => _connections.TryRemove(KeyValuePair.Create(connection.Id, connection));

    /// <summary>Closes all connections, as a server that goes away: clients know to come back.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var connection in _connections.Values)
        {
            connection.Close(CloseReasons.ServerShuttingDown, CloseManner.Flush, WebSockets.CloseCode.GoingAway);
        }
    }

    /// <summary>20 URL-safe characters that nobody can guess.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));

    private EngineConnection Make(HttpContext context) => new(this, NewId(), new ConnectionRequest(context, clock.GetUtcNow()));

    private EngineConnection Open(EngineConnection connection, EngineTransport transport)
    {
        connection.Begin(transport);
        _connections[connection.Id] = connection;
        MakeRoom(connection);
        connection.Open(OpenPacket(connection.Id, transport), application);
        if (_isStopping)
        {
            connection.Close(CloseReasons.ServerShuttingDown, CloseManner.Flush, WebSockets.CloseCode.GoingAway);
        }

        return connection;
    }

    /// <summary>The oldest half-open handshake makes way for a new one: who means it has long got further.</summary>
    private void MakeRoom(EngineConnection connection)
    {
        EngineConnection? oldest = null;
        lock (_halfOpen)
        {
            if (_halfOpen.Count >= options.MaxHalfOpenConnections)
            {
                oldest = _halfOpen.First!.Value;
                _halfOpen.RemoveFirst();
            }

            connection.HalfOpen = _halfOpen.AddLast(connection);
        }

        oldest?.Close(CloseReasons.ConnectTimeout, CloseManner.AtOnce);
    }

    private EngineMessage OpenPacket(string id, EngineTransport transport)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("sid", id);
            json.WriteStartArray("upgrades");
            if (transport is PollingTransport && options.Transports.HasFlag(SocketTransports.WebSocket))
            {
                json.WriteStringValue("websocket");
            }

            json.WriteEndArray();
            json.WriteNumber("pingInterval", (long)options.PingInterval.TotalMilliseconds);
            json.WriteNumber("pingTimeout", (long)options.PingTimeout.TotalMilliseconds);
            json.WriteNumber("maxPayload", options.MaxHttpBufferSize);
            json.WriteEndObject();
        }

        return EngineMessage.OfText(EnginePacketType.Open, buffer.WrittenSpan);
    }
}
