using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Redis;

/// <summary>The numbers of requests and answers on the wire.</summary>
internal static class PeerRequestType
{
    public const int Sockets = 0;
    public const int AllRooms = 1;
    public const int Join = 2;
    public const int Leave = 3;
    public const int Disconnect = 4;
    public const int Fetch = 5;
    public const int ServerSideEmit = 6;
    public const int Broadcast = 7;
    public const int ClientCount = 8;
    public const int ClientAnswer = 9;
}

/// <summary>What one node asks of the others.</summary>
/// <param name="Uid">Who asks; null when it is not said.</param>
/// <param name="Id">What the answer is told by; null when none is wanted.</param>
internal abstract record PeerRequest(string? Uid, string? Id)
{
    /// <summary>The ids of sockets; asked by old nodes only.</summary>
    public sealed record ListSockets(string? Uid, string? Id, SocketSelection Sockets) : PeerRequest(Uid, Id);

    public sealed record ListRooms(string? Uid, string? Id) : PeerRequest(Uid, Id);

    public sealed record Join(string? Uid, string? Id, SocketSelection Sockets, IReadOnlyList<string> Rooms) : PeerRequest(Uid, Id);

    public sealed record Leave(string? Uid, string? Id, SocketSelection Sockets, IReadOnlyList<string> Rooms) : PeerRequest(Uid, Id);

    public sealed record Disconnect(string? Uid, string? Id, SocketSelection Sockets, bool Close) : PeerRequest(Uid, Id);

    /// <summary>The old form of the three above: for one socket, and the node that has it confirms.</summary>
    public sealed record OfOne(string Socket, PeerRequest What) : PeerRequest(What.Uid, What.Id);

    public sealed record Fetch(string? Uid, string? Id, SocketSelection Sockets) : PeerRequest(Uid, Id);

    public sealed record ServerSideEmit(string? Uid, string? Id, JsonArray Event) : PeerRequest(Uid, Id);

    /// <summary>A broadcast that clients answer.</summary>
    /// <param name="Namespace">Null when it says nothing: the channel's.</param>
    public sealed record Ask(string? Uid, string? Id, string? Namespace, SocketBroadcast Broadcast) : PeerRequest(Uid, Id);

    /// <param name="timeout">How long clients may take where the request does not say.</param>
    /// <returns>Null for what is malformed, of a kind that is not known, or wants an answer and does not say under which id.</returns>
    public static PeerRequest? Read(ReadOnlyMemory<byte> message, TimeSpan timeout)
    {
        if (!PeerMessage.TryRead(message, out var tree) || tree is not JsonObject map || !PeerMessage.TryGetNumber(map["type"], out var type))
        {
            return null;
        }

        PeerMessage.TryGetText(map["uid"], out var uid);
        PeerMessage.TryGetText(map["requestId"], out var id);
        var request = type switch
        {
            PeerRequestType.Join or PeerRequestType.Leave or PeerRequestType.Disconnect => ReadChange((int)type, uid, id, map),
            PeerRequestType.ServerSideEmit => ReadServerSideEmit(uid, id, map),
            _ when id is null => null,
            PeerRequestType.Sockets => PeerMessage.TryGetTexts(map["rooms"], out var rooms) ? new ListSockets(uid, id, new SocketSelection(rooms, [])) : null,
            PeerRequestType.AllRooms => new ListRooms(uid, id),
            PeerRequestType.Fetch => PeerMessage.TryGetSelection(map["opts"], out var sockets) ? new Fetch(uid, id, sockets) : null,
            PeerRequestType.Broadcast => ReadAsk(uid, id, map, timeout),
            _ => (PeerRequest?)null,
        };
        return request;
    }

    private static PeerRequest? ReadChange(int type, string? uid, string? id, JsonObject map)
    {
        if (map["opts"] is not null)
        {
            return PeerMessage.TryGetSelection(map["opts"], out var sockets) && PeerMessage.TryGetTexts(map["rooms"], out var rooms)
                ? Change(type, uid, id, sockets, rooms, map)
                : null;
        }

        // One room, or a list of them.
        var room = map["room"] is JsonArray list ? list : new JsonArray(map["room"]?.DeepClone());
        if (!PeerMessage.TryGetText(map["sid"], out var socket))
        {
            return null;
        }

        IReadOnlyList<string> names = [];
        return type is PeerRequestType.Disconnect || PeerMessage.TryGetTexts(room, out names)
            ? new OfOne(socket!, Change(type, uid, id, new SocketSelection([socket!], []), names, map))
            : null;
    }

    private static PeerRequest Change(int type, string? uid, string? id, SocketSelection sockets, IReadOnlyList<string> rooms, JsonObject map) => type switch
    {
        PeerRequestType.Join => new Join(uid, id, sockets, rooms),
        PeerRequestType.Leave => new Leave(uid, id, sockets, rooms),
        _ => new Disconnect(uid, id, sockets, PeerMessage.IsTrue(map["close"])),
    };

    private static ServerSideEmit? ReadServerSideEmit(string? uid, string? id, JsonObject map)
    {
        if (map["data"] is not JsonArray data || !PeerMessage.IsEvent(data))
        {
            return null;
        }

        map.Remove("data");
        return new ServerSideEmit(uid, id, data);
    }

    private static Ask? ReadAsk(string? uid, string? id, JsonObject map, TimeSpan timeout) =>
        PeerMessage.TryGetEvent(map["packet"], out var serverEvent, out var space) && PeerMessage.TryGetSelection(map["opts"], out var sockets)
            ? new Ask(uid, id, space, new SocketBroadcast(serverEvent, sockets, PeerMessage.GetFlags(map["opts"], timeout)))
            : null;
}
