using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Redis;

/// <summary>Writes requests and the answers to them.</summary>
/// <param name="uid">This node.</param>
internal sealed class PeerRequestWriter(string uid)
{
    public byte[] AllRooms(string id) => PeerMessage.Json(new JsonObject { ["uid"] = uid, ["requestId"] = id, ["type"] = PeerRequestType.AllRooms });

    public byte[] Fetch(string id, SocketSelection sockets) => PeerMessage.Json(new JsonObject
    {
        ["uid"] = uid,
        ["requestId"] = id,
        ["type"] = PeerRequestType.Fetch,
        ["opts"] = PeerMessage.Selection(sockets),
    });

    /// <param name="type">Join or leave.</param>
    public byte[] Move(int type, SocketSelection sockets, IReadOnlyList<string> rooms) => PeerMessage.Json(new JsonObject
    {
        ["uid"] = uid,
        ["type"] = type,
        ["opts"] = PeerMessage.Selection(sockets),
        ["rooms"] = PeerMessage.List(rooms),
    });

    public byte[] Disconnect(SocketSelection sockets, bool close) => PeerMessage.Json(new JsonObject
    {
        ["uid"] = uid,
        ["type"] = PeerRequestType.Disconnect,
        ["opts"] = PeerMessage.Selection(sockets),
        ["close"] = close,
    });

    /// <param name="id">Null when no answer is wanted.</param>
    public byte[] ServerSideEmit(string? id, JsonArray serverEvent)
    {
        var request = new JsonObject { ["uid"] = uid };
        if (id is not null)
        {
            request["requestId"] = id;
        }

        request["type"] = PeerRequestType.ServerSideEmit;
        request["data"] = PeerMessage.Copy(serverEvent);
        return PeerMessage.Json(request);
    }

    public byte[] Ask(string id, string space, SocketBroadcast broadcast) => PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) =>
    {
        writer.WriteMapHeader(5);
        writer.Write("uid");
        writer.Write(uid);
        writer.Write("requestId");
        writer.Write(id);
        writer.Write("type");
        writer.Write(PeerRequestType.Broadcast);
        writer.Write("packet");
        PeerMessage.WritePacket(ref writer, broadcast.Event, space);
        writer.Write("opts");
        PeerMessage.WriteOptions(ref writer, broadcast.To, broadcast.Flags);
    });

    public static byte[] Answer(string id, string member, JsonArray list) => PeerMessage.Json(new JsonObject { ["requestId"] = id, [member] = list });

    public static byte[] Confirm(string id) => PeerMessage.Json(new JsonObject { ["requestId"] = id });

    public static byte[] ServerSideAnswer(string id, JsonNode? answer) => PeerMessage.Json(new JsonObject
    {
        ["type"] = PeerRequestType.ServerSideEmit,
        ["requestId"] = id,
        ["data"] = PeerMessage.Copy(answer),
    });

    public static byte[] ClientCount(string id, int count) => PeerMessage.Json(new JsonObject
    {
        ["type"] = PeerRequestType.ClientCount,
        ["requestId"] = id,
        ["clientCount"] = count,
    });

    public static byte[] ClientAnswer(string id, JsonNode? answer) => PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) =>
    {
        writer.WriteMapHeader(3);
        writer.Write("type");
        writer.Write(PeerRequestType.ClientAnswer);
        writer.Write("requestId");
        writer.Write(id);
        writer.Write("packet");
        MessagePackTreeWriter.Write(ref writer, answer);
    });
}
