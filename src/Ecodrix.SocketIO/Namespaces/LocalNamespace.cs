using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>What is sent to a namespace's sockets on this node: chosen, written once, queued in order under the gate, and flushed after it.</summary>
internal sealed class LocalNamespace(SocketNamespace space) : ILocalNamespace
{
    [ThreadStatic]
    private static List<Socket?>? _spare;

    private readonly FlushRounds _rounds = new(space.Server.Deadlines);
    private long _lastId = -1;

    public string Name => space.Name;

    public int Count
    {
        get
        {
            lock (space.Gate)
            {
                return space.Registry.Count;
            }
        }
    }

    public IReadOnlySet<string> Rooms
    {
        get
        {
            lock (space.Gate)
            {
                return space.Registry.Names();
            }
        }
    }

    public bool HasRoom(string room)
    {
        lock (space.Gate)
        {
            return space.Registry.Has(room);
        }
    }

    public void Broadcast(SocketBroadcast broadcast)
    {
        var receivers = Rent();
        lock (space.Gate)
        {
            space.Registry.Select(broadcast.To, receivers);
            Queue(new SocketPacket(SocketPacketType.Event, Name, Payload: broadcast.Event), broadcast, receivers);
        }

        Flush(receivers);
    }

    public int BroadcastWithAck(SocketBroadcast broadcast, Action<JsonNode?> answered, Action? finished = null)
    {
        var id = NextId();
        var receivers = Rent();
        lock (space.Gate)
        {
            space.Registry.Select(broadcast.To, receivers);
            var askedSockets = receivers.OfType<Socket>().ToArray();
            var answers = new ManyAnswers(id, askedSockets, answered, finished);
            foreach (var socket in askedSockets)
            {
                socket.Answers.Add(answers);
            }

            if (receivers.Count > 0)
            {
                space.Server.Deadlines.SetAfter(answers, broadcast.Flags.Timeout!.Value);
            }

            Queue(new SocketPacket(SocketPacketType.Event, Name, id, broadcast.Event), broadcast, receivers);
        }

        var asked = receivers.Count;
        Flush(receivers);
        if (asked is 0)
        {
            finished?.Invoke();
        }

        return asked;
    }

    /// <summary>Sends an event to one socket.</summary>
    public void Send(Socket socket, JsonArray message, bool isVolatile)
    {
        var broadcast = new SocketBroadcast(message, new SocketSelection([socket.Id], []), new BroadcastFlags(Volatile: isVolatile));
        var receivers = Rent();
        lock (space.Gate)
        {
            if (socket.IsConnected)
            {
                receivers.Add(socket);
                Queue(new SocketPacket(SocketPacketType.Event, Name, Payload: message), broadcast, receivers);
            }
        }

        Flush(receivers);
    }

    /// <summary>Asks one socket.</summary>
    public Task<SocketAnswer> AskAsync(Socket socket, JsonArray message, TimeSpan timeout)
    {
        var answer = new SingleAnswer(NextId(), socket);
        lock (space.Gate)
        {
            if (!socket.IsConnected)
            {
                answer.Lose(socket);
                return answer.Task;
            }

            socket.Answers.Add(answer);
            space.Server.Deadlines.SetAfter(answer, timeout);
        }

        socket.Send(new SocketPacket(SocketPacketType.Event, Name, answer.Id, message));
        return answer.Task;
    }

    public void Join(SocketSelection sockets, IReadOnlyList<string> rooms)
    {
        foreach (var socket in Select(sockets))
        {
            socket.Join([.. rooms]);
        }
    }

    public void Leave(SocketSelection sockets, IReadOnlyList<string> rooms)
    {
        foreach (var socket in Select(sockets))
        {
            socket.Leave([.. rooms]);
        }
    }

    public void Disconnect(SocketSelection sockets, bool close)
    {
        foreach (var socket in Select(sockets))
        {
            socket.Disconnect(close);
        }
    }

    public IReadOnlyList<SocketSnapshot> Fetch(SocketSelection sockets) => [.. Select(sockets).Select(socket => socket.Snapshot())];

    public void RaiseServerSide(JsonArray serverEvent, Action<JsonNode?>? answer) => space.RaiseServerSide(serverEvent, answer);

    /// <summary>The selected sockets of this node.</summary>
    public List<Socket> Select(SocketSelection sockets)
    {
        var selected = new List<Socket?>();
        lock (space.Gate)
        {
            space.Registry.Select(sockets, selected);
        }

        return [.. selected.OfType<Socket>()];
    }

    /// <summary>One count for the whole namespace, so that a broadcast has the same id, and the same bytes, for everybody.</summary>
    private ulong NextId() => (ulong)Interlocked.Increment(ref _lastId);

    /// <summary>Keeps the event where clients may come back for it, and queues it. Whoever needs no flush is taken off the list.</summary>
    private void Queue(SocketPacket packet, SocketBroadcast broadcast, List<Socket?> receivers)
    {
        var recovery = packet.AckId is null && !broadcast.Flags.Volatile ? space.Recovery : null;
        if (receivers.Count is 0 && recovery is null)
        {
            return;
        }

        var messages = SocketPacketEncoder.Encode(packet, recovery?.NextOffset);
        recovery?.Keep(messages, broadcast.To);
        foreach (ref var socket in CollectionsMarshal.AsSpan(receivers))
        {
            if (!socket!.Client.Connection.Enqueue(messages, broadcast.Flags.Volatile))
            {
                socket = null;
            }
        }
    }

    private static List<Socket?> Rent()
    {
        // A flush may end a connection, whose hub may broadcast in turn: then the list is in use and another one is made.
        var list = _spare ?? [];
        _spare = null;
        return list;
    }

    private void Flush(List<Socket?> receivers)
    {
        if (!_rounds.TryWait(receivers))
        {
            foreach (var socket in receivers)
            {
                socket?.Client.Connection.Flush();
            }
        }

        receivers.Clear();
        _spare = receivers;
    }
}
