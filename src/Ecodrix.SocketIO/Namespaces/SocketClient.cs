using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>
/// The Socket.IO side of one connection: reads its packets and gives them to the sockets that share it. What breaks the protocol's order ends
/// the connection. As a deadline it ends a connection that has joined no namespace in time.
/// </summary>
internal sealed class SocketClient(SocketServer server, IEngineConnection connection) : Deadline, IEngineReceiver
{
    private readonly SocketPacketDecoder _decoder = new();
    private readonly List<Socket> _sockets = new(1);
    private bool _isClosed;

    public EngineConnection Connection { get; } = (EngineConnection)connection;

    public ValueTask TextAsync(string text) => HearAsync(_decoder.Text(text));

    public ValueTask BinaryAsync(byte[] bytes) => HearAsync(_decoder.Binary(bytes));

    public void Closed(string reason)
    {
        Socket[] sockets;
        lock (_sockets)
        {
            _isClosed = true;
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        server.Deadlines.Clear(this);
        foreach (var socket in sockets)
        {
            socket.Space.Dismiss(socket, reason);
        }
    }

    public void Send(EngineMessage[] messages)
    {
        if (Connection.Enqueue(messages, isVolatile: false))
        {
            Connection.Flush();
        }
    }

    /// <summary>The client is in a namespace: it has time now.</summary>
    public void Prove()
    {
        server.Deadlines.Clear(this);
        Connection.Prove();
    }

    /// <summary>A refused socket leaves no trace; its client may try again.</summary>
    public void Refuse(Socket socket, JsonObject words)
    {
        Remove(socket);
        socket.Send(new SocketPacket(SocketPacketType.ConnectError, socket.Namespace, Payload: words));
    }

    public void Disconnect(Socket socket, bool close)
    {
        if (Remove(socket))
        {
            socket.Send(new SocketPacket(SocketPacketType.Disconnect, socket.Namespace));
            socket.Space.Dismiss(socket, CloseReasons.ServerNamespaceDisconnect);
        }

        if (close)
        {
            Connection.Close();
        }
    }

    internal override void OnDue()
    {
        bool isIdle;
        lock (_sockets)
        {
            isIdle = !_sockets.Exists(socket => socket.IsConnected);
        }

        if (isIdle)
        {
            Connection.Close(CloseReasons.ConnectTimeout, CloseManner.AtOnce);
        }
    }

    private ValueTask HearAsync(Decoded decoded)
    {
        switch (decoded)
        {
            case Decoded.Complete { Packet: var packet }:
                return ActAsync(packet);
            case Decoded.Malformed:
                Connection.Close(CloseReasons.ParseError, CloseManner.AtOnce);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask ActAsync(SocketPacket packet)
    {
        if (packet.Type is SocketPacketType.Connect)
        {
            return JoinAsync(packet);
        }

        if (packet.Type is SocketPacketType.ConnectError || Find(packet.Namespace) is not { IsConnected: true } socket)
        {
            return BreachAsync();
        }

        switch (packet.Type)
        {
            case SocketPacketType.Event:
                return socket.Space.ReceiveAsync(new SocketEvent(socket, (JsonArray)packet.Payload!, packet.AckId));
            case SocketPacketType.Ack:
                socket.Answers.Forget(packet.AckId!.Value)?.Take(socket, (JsonArray)packet.Payload!);
                break;
            default:
                Remove(socket);
                socket.Space.Dismiss(socket, CloseReasons.ClientNamespaceDisconnect);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask JoinAsync(SocketPacket packet)
    {
        if (server.Find(packet.Namespace) is not { } space)
        {
            var words = new JsonObject { ["message"] = "Invalid namespace" };
            Send(SocketPacketEncoder.Encode(new SocketPacket(SocketPacketType.ConnectError, packet.Namespace, Payload: words)));
            return ValueTask.CompletedTask;
        }

        if (Find(packet.Namespace) is not null)
        {
            return BreachAsync();
        }

        var socket = space.Make(this, (JsonObject?)packet.Payload);
        lock (_sockets)
        {
            if (_isClosed)
            {
                return ValueTask.CompletedTask;
            }

            _sockets.Add(socket);
        }

        return socket.Mailbox.Post(() => space.WelcomeAsync(socket));
    }

    private ValueTask BreachAsync()
    {
        Connection.Close(CloseReasons.ForcedClose, CloseManner.AtOnce);
        return ValueTask.CompletedTask;
    }

    private Socket? Find(string space)
    {
        lock (_sockets)
        {
            return _sockets.Find(socket => string.Equals(socket.Namespace, space, StringComparison.Ordinal));
        }
    }

    private bool Remove(Socket socket)
    {
        lock (_sockets)
        {
            return _sockets.Remove(socket);
        }
    }
}
