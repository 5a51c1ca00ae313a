using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Redis;

/// <summary>
/// One namespace on all nodes that meet in one Redis, in the way of <c>@socket.io/redis-adapter</c>. Whatever concerns this node's sockets is
/// done at once, also while Redis is away.
/// </summary>
/// <remarks>
/// The stock adapter lets its own joins, leaves and disconnects come back from Redis before it does them; here they are done when the call
/// returns, as without Redis, and are skipped when they come back. On the wire there is no difference.
/// </remarks>
internal sealed class RedisAdapter : INamespaceAdapter
{
    private readonly string _uid = RedisChannels.NewId();
    private readonly ILocalNamespace _local;
    private readonly RedisLink _link;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly RedisChannels _channels;
    private readonly RedisSubscription _subscription;
    private readonly NodeAnswering _answering;
    private readonly PeerRequestWriter _write;
    private readonly OpenQuestions _open = new();
    private readonly OtherNodes _others;

    public RedisAdapter(ILocalNamespace local, RedisLink link, RedisAdapterOptions options, TimeProvider clock, ILogger logger)
    {
        (_local, _link, _clock, _timeout) = (local, link, clock, options.RequestsTimeout);
        _channels = new RedisChannels(options.Key, local.Name, _uid);
        _subscription = new RedisSubscription(link, _channels, Receive, options.MaxUnreadMessages, clock, logger);
        _answering = new NodeAnswering(local, link, _channels, options.PublishOnSpecificResponseChannel);
        _write = new PeerRequestWriter(_uid);
        _others = new OtherNodes(link, _channels.Requests, _open, clock, _timeout);
    }

    public string Uid => _uid;

    /// <summary>How many questions wait for answers.</summary>
    public int OpenCount => _open.Count;

    public Task StartAsync(CancellationToken cancellationToken) => _subscription.StartAsync();

    public ValueTask BroadcastAsync(SocketBroadcast broadcast, CancellationToken cancellationToken)
    {
        if (!broadcast.Flags.Local)
        {
            // A room that is named twice is one room.
            var sent = broadcast.To.Rooms.Count < 2
                ? broadcast
                : broadcast with { To = broadcast.To with { Rooms = [.. broadcast.To.Rooms.Distinct(StringComparer.Ordinal)] } };
            _link.Publish(_channels.BroadcastTo(sent.To.Rooms), PeerBroadcast.Write(_uid, _local.Name, sent));
        }

        _local.Broadcast(broadcast);
        return ValueTask.CompletedTask;
    }

    public async Task<BroadcastAnswers> BroadcastWithAckAsync(SocketBroadcast broadcast, CancellationToken cancellationToken)
    {
        var clients = new AskedClients();
        var id = RedisChannels.NewId();
        _open.Add(id, clients);
        try
        {
            var isSent = !broadcast.Flags.Local && _link.Publish(_channels.Requests, _write.Ask(id, _local.Name, broadcast));
            clients.AskedHere(_local.BroadcastWithAck(broadcast, clients.TakeHere, clients.FinishHere));

            var isComplete = HearAllAsync(clients, isSent);
            return clients.Result(await isComplete.WaitAsync(broadcast.Flags.Timeout!.Value, _clock, cancellationToken) || broadcast.Flags.Local);
        }
        catch (TimeoutException)
        {
            return clients.Result(isInTime: false);
        }
        finally
        {
            _open.Close(id);
        }
    }

    public ValueTask JoinAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken)
    {
        _link.Publish(_channels.Requests, _write.Move(PeerRequestType.Join, sockets, rooms));
        _local.Join(sockets, rooms);
        return ValueTask.CompletedTask;
    }

    public ValueTask LeaveAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken)
    {
        _link.Publish(_channels.Requests, _write.Move(PeerRequestType.Leave, sockets, rooms));
        _local.Leave(sockets, rooms);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisconnectAsync(SocketSelection sockets, bool close, CancellationToken cancellationToken)
    {
        _link.Publish(_channels.Requests, _write.Disconnect(sockets, close));
        _local.Disconnect(sockets, close);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<SocketSnapshot>> FetchSocketsAsync(SocketSelection sockets, CancellationToken cancellationToken)
    {
        var here = _local.Fetch(sockets);
        var elsewhere = await _others.AskAsync<JsonArray>(id => _write.Fetch(id, sockets), IsList("sockets"), cancellationToken);
        return [.. here, .. elsewhere.SelectMany(list => list.Select(PeerSnapshot.Read).OfType<SocketSnapshot>())];
    }

    public async ValueTask<IReadOnlySet<string>> AllRoomsAsync(CancellationToken cancellationToken)
    {
        var rooms = new HashSet<string>(_local.Rooms, StringComparer.Ordinal);
        foreach (var list in await _others.AskAsync<JsonArray>(_write.AllRooms, IsList("rooms"), cancellationToken))
        {
            rooms.UnionWith(list.Select(room => PeerMessage.TryGetText(room, out var name) ? name : null).OfType<string>());
        }

        return rooms;
    }

    public ValueTask ServerSideEmitAsync(JsonArray serverEvent, CancellationToken cancellationToken)
    {
        _link.Publish(_channels.Requests, _write.ServerSideEmit(null, serverEvent));
        return ValueTask.CompletedTask;
    }

    public Task<IReadOnlyList<JsonNode?>> ServerSideEmitWithAckAsync(JsonArray serverEvent, CancellationToken cancellationToken) =>
        _others.AskAsync<JsonNode?>(id => _write.ServerSideEmit(id, serverEvent), IsServerSideAnswer, cancellationToken);

    public ValueTask DisposeAsync() => _subscription.DisposeAsync();

    private static AnswersOfAll<JsonArray>.Reader IsList(string member) => (JsonObject answer, out JsonArray list) =>
    {
        list = answer[member] as JsonArray ?? [];
        return answer[member] is JsonArray;
    };

    private static bool IsServerSideAnswer(JsonObject answer, out JsonNode? argument)
    {
        // What was undefined in JavaScript is not there.
        answer.Remove("data", out argument);
        return PeerMessage.TryGetNumber(answer["type"], out var type) && type is PeerRequestType.ServerSideEmit;
    }

    /// <returns>False when other nodes could not be reached; then they are not waited for.</returns>
    private async Task<bool> HearAllAsync(AskedClients clients, bool isSent)
    {
        var nodes = isSent ? await _link.CountAsync(_channels.Requests) : null;
        clients.Expect(Math.Max(0, (nodes ?? 1) - 1));
        await clients.Done;
        return nodes is not null;
    }

    private void Receive(string channel, ReadOnlyMemory<byte> message)
    {
        var isUnderstood = true;
        if (_channels.IsRequest(channel))
        {
            isUnderstood = TryAnswer(message);
        }
        else if (_channels.IsResponse(channel))
        {
            isUnderstood = _open.Take(message);
        }
        else if (_channels.IsBroadcast(channel, out var room) && (room.Length is 0 || _local.HasRoom(room)))
        {
            isUnderstood = TryDeliver(message);
        }

        if (!isUnderstood)
        {
            _link.Figures.CountIgnored();
        }
    }

    private bool TryDeliver(ReadOnlyMemory<byte> message)
    {
        if (PeerBroadcast.Read(message) is not { } received)
        {
            return false;
        }

        if (!IsOwn(received.Uid) && string.Equals(received.Namespace, _local.Name, StringComparison.Ordinal))
        {
            _local.Broadcast(received.Broadcast);
        }

        return true;
    }

    private bool TryAnswer(ReadOnlyMemory<byte> message)
    {
        if (PeerRequest.Read(message, _timeout) is not { } request)
        {
            return false;
        }

        var isMine = IsOwn(request.Uid) || (request.Id is { } id && _open.Contains(id));
        var isElsewhere = request is PeerRequest.Ask { Namespace: { } space } && !string.Equals(space, _local.Name, StringComparison.Ordinal);
        if (!isMine && !isElsewhere)
        {
            _answering.Do(request);
        }

        return true;
    }

    private bool IsOwn(string? uid) => string.Equals(uid, _uid, StringComparison.Ordinal);
}
