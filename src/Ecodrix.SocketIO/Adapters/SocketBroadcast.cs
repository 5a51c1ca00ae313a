using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Adapters;

/// <summary>An event on its way to the sockets of one namespace.</summary>
/// <param name="Event">
/// The event's name and its arguments. Binary stands in the tree as <see cref="Packets.BinaryNode"/>, so that the tree can be written as
/// JSON with attachments as well as in a binary format. Nobody changes it after it was handed over.
/// </param>
public sealed record SocketBroadcast(JsonArray Event, SocketSelection To, BroadcastFlags Flags);

/// <summary>What the asked sockets answered, each with its first argument.</summary>
/// <param name="Answers">In the order they came; null is an answer without arguments, or with null.</param>
/// <param name="Asked">How many sockets were asked.</param>
/// <param name="IsComplete">False when the time ran out before every node and socket had answered.</param>
public sealed record BroadcastAnswers(IReadOnlyList<JsonNode?> Answers, int Asked, bool IsComplete);

/// <summary>A socket as it is seen from any node.</summary>
public sealed record SocketSnapshot(string Id, SocketHandshake Handshake, IReadOnlyCollection<string> Rooms, JsonNode? Data);
