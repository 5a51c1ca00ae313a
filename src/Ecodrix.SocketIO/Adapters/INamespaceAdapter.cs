using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Adapters;

/// <summary>Makes the adapter of each namespace. The one that is registered last in the container is used; by default everything stays on this node.</summary>
public interface ISocketAdapterFactory
{
    /// <summary>Called once for each namespace, before the first client.</summary>
    INamespaceAdapter Create(ILocalNamespace local);
}

/// <summary>
/// Carries what is meant for a namespace to all nodes that serve it, this one included: an implementation calls
/// <see cref="ILocalNamespace"/> for this node's sockets and tells the other nodes in its own way.
/// </summary>
public interface INamespaceAdapter : IAsyncDisposable
{
    /// <summary>Called once when the host starts, before clients are served.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Delivers to the selected sockets here and, unless the flag says local, elsewhere.</summary>
    ValueTask BroadcastAsync(SocketBroadcast broadcast, CancellationToken cancellationToken);

    /// <summary>Delivers and collects the answers, until all have come or the flags' time-out has passed; the time-out is never null here.</summary>
    Task<BroadcastAnswers> BroadcastWithAckAsync(SocketBroadcast broadcast, CancellationToken cancellationToken);

    ValueTask JoinAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken);

    ValueTask LeaveAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken);

    /// <param name="close">True to end the whole connection, false to leave only this namespace.</param>
    ValueTask DisconnectAsync(SocketSelection sockets, bool close, CancellationToken cancellationToken);

    /// <exception cref="TimeoutException">A node did not answer in time.</exception>
    ValueTask<IReadOnlyList<SocketSnapshot>> FetchSocketsAsync(SocketSelection sockets, CancellationToken cancellationToken);

    /// <summary>The rooms that have a socket on any node, the sockets' own ones included.</summary>
    /// <exception cref="TimeoutException">A node did not answer in time.</exception>
    ValueTask<IReadOnlySet<string>> AllRoomsAsync(CancellationToken cancellationToken);

    /// <summary>Raises an event on the other nodes; never on this one.</summary>
    ValueTask ServerSideEmitAsync(JsonArray serverEvent, CancellationToken cancellationToken);

    /// <summary>Raises an event on the other nodes and collects one answer of each.</summary>
    /// <exception cref="TimeoutException">A node did not answer in time.</exception>
    Task<IReadOnlyList<JsonNode?>> ServerSideEmitWithAckAsync(JsonArray serverEvent, CancellationToken cancellationToken);
}
