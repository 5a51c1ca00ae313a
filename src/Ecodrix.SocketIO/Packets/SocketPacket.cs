using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>What a Socket.IO v5 packet is. The two binary types of the wire are the same packets with attachments.</summary>
internal enum SocketPacketType
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
}

/// <summary>One Socket.IO packet, its binary parts in place.</summary>
/// <param name="Namespace">Begins with a slash; <c>/</c> is the main one.</param>
/// <param name="AckId">For an event the id under which an answer is awaited, for an ack the id that it answers. Zero is an id.</param>
/// <param name="Payload">An object for connect and its error, an array for events and acks. Binary stands in it as <see cref="BinaryNode"/>.</param>
internal sealed record SocketPacket(SocketPacketType Type, string Namespace, ulong? AckId = null, JsonNode? Payload = null);
