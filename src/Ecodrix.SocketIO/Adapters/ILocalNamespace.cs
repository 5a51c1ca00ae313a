using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Adapters;

/// <summary>
/// The sockets of one namespace on this node: what an adapter applies its own and other nodes' wishes to. Nothing here waits for a client,
/// and everything may be called from any thread. Broadcasts reach a socket in the order of the calls.
/// </summary>
public interface ILocalNamespace
{
    /// <summary>Begins with a slash; <c>/</c> is the main one.</summary>
    string Name { get; }

    /// <summary>How many sockets are connected here.</summary>
    int Count { get; }

    /// <summary>The rooms with at least one socket here, the sockets' own ones included.</summary>
    IReadOnlySet<string> Rooms { get; }

    /// <returns>False when no socket here is in the room: a broadcast to it alone need not even be decoded.</returns>
    bool HasRoom(string room);

    /// <summary>Queues an event for the selected sockets; it is encoded once for all of them.</summary>
    void Broadcast(SocketBroadcast broadcast);

    /// <summary>Like <see cref="Broadcast"/>, and asks for an answer. After the flags' time-out (never null here) the unanswered are forgotten.</summary>
    /// <param name="answered">Called at most once for each asked socket with the answer's first argument, from any thread, perhaps before this returns.</param>
    /// <param name="finished">Called once when no more answers will come: all have answered or gone, or the time is over. Perhaps before this returns.</param>
    /// <returns>How many sockets were asked.</returns>
    int BroadcastWithAck(SocketBroadcast broadcast, Action<JsonNode?> answered, Action? finished = null);

    void Join(SocketSelection sockets, IReadOnlyList<string> rooms);

    void Leave(SocketSelection sockets, IReadOnlyList<string> rooms);

    /// <param name="close">True to end the whole connection, false to leave only this namespace.</param>
    void Disconnect(SocketSelection sockets, bool close);

    IReadOnlyList<SocketSnapshot> Fetch(SocketSelection sockets);

    /// <summary>Raises what another node emitted to the servers.</summary>
    /// <param name="answer">Called at most once with the answer's first argument; null when none is wanted.</param>
    void RaiseServerSide(JsonArray serverEvent, Action<JsonNode?>? answer);
}
