using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Redis;

/// <summary>A broadcast between nodes: <c>[uid, packet, opts]</c> in MessagePack.</summary>
/// <param name="Uid">The sending node; <c>emitter</c> for a program that only sends.</param>
/// <param name="Namespace">Where it is meant for; <c>/</c> when it says nothing.</param>
internal sealed record PeerBroadcast(string? Uid, string Namespace, SocketBroadcast Broadcast)
{
    public static byte[] Write(string uid, string space, SocketBroadcast broadcast) => PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(3);
        writer.Write(uid);
        PeerMessage.WritePacket(ref writer, broadcast.Event, space);
        PeerMessage.WriteOptions(ref writer, broadcast.To, broadcast.Flags);
    });

    /// <returns>Null for what is malformed.</returns>
    public static PeerBroadcast? Read(ReadOnlyMemory<byte> message)
    {
        if (!MessagePackTree.TryRead(message, out var tree) || tree is not JsonArray { Count: >= 3 } parts
            || !PeerMessage.TryGetEvent(parts[1], out var serverEvent, out var space)
            || !PeerMessage.TryGetSelection(parts[2], out var sockets))
        {
            return null;
        }

        PeerMessage.TryGetText(parts[0], out var uid);
        return new PeerBroadcast(uid, space ?? "/", new SocketBroadcast(serverEvent, sockets, PeerMessage.GetFlags(parts[2], null)));
    }
}
