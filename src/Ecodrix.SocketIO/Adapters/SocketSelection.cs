namespace Ecodrix.SocketIO.Adapters;

/// <summary>Which sockets of a namespace are meant. A socket in several of the rooms is meant once.</summary>
/// <param name="Rooms">Those in any of these rooms; empty means all sockets of the namespace. Every socket is in a room named by its own id.</param>
/// <param name="Except">Less those in any of these rooms.</param>
public sealed record SocketSelection(IReadOnlyList<string> Rooms, IReadOnlyList<string> Except)
{
    public static readonly SocketSelection All = new([], []);
}

/// <summary>How a broadcast travels.</summary>
/// <param name="Volatile">A socket whose transport cannot take it right now goes without.</param>
/// <param name="Local">It stays on this node.</param>
/// <param name="Timeout">How long answers are awaited; null where none is.</param>
/// <param name="Compress">A wish of the sender that travels on to other nodes; transports here decide by size and by what the client accepts.</param>
/// <param name="ExpectSingleResponse">The sender asked one socket and takes its answer alone.</param>
public sealed record BroadcastFlags(
    bool Volatile = false, bool Local = false, TimeSpan? Timeout = null, bool? Compress = null, bool ExpectSingleResponse = false)
{
    public static readonly BroadcastFlags None = new();
}
