using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Namespaces;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO;

/// <summary>
/// Whom something is meant for, on all nodes. Each call gives a new target and leaves this one as it is, so one may be kept.
/// </summary>
public sealed class SocketTarget
{
    private readonly SocketNamespace _space;
    private readonly SocketSelection _selection;
    private readonly BroadcastFlags _flags;

    internal SocketTarget(SocketNamespace space, SocketSelection selection, BroadcastFlags flags) =>
        (_space, _selection, _flags) = (space, selection, flags);

    /// <summary>Who cannot take it right now goes without.</summary>
    public SocketTarget Volatile => new(_space, _selection, _flags with { Volatile = true });

    /// <summary>This node's sockets only.</summary>
    public SocketTarget Local => new(_space, _selection, _flags with { Local = true });

    /// <summary>Also those in these rooms; without any call all sockets of the namespace are meant.</summary>
    public SocketTarget To(params string[] rooms) => new(_space, _selection with { Rooms = [.. _selection.Rooms, .. rooms] }, _flags);

    /// <summary>Not those in these rooms; a socket's id is a room too.</summary>
    public SocketTarget Except(params string[] rooms) => new(_space, _selection with { Except = [.. _selection.Except, .. rooms] }, _flags);

    /// <summary>How long <see cref="EmitWithAckAsync"/> waits; by default 10 s.</summary>
    public SocketTarget Within(TimeSpan timeout) => new(_space, _selection, _flags with { Timeout = timeout });

    /// <summary>Sends an event.</summary>
    /// <returns>Done when it is queued for this node's sockets and handed to the way to other nodes; no client is waited for.</returns>
    public ValueTask EmitAsync(string name, params object?[] arguments) =>
        _space.Adapter.BroadcastAsync(
            new SocketBroadcast(Arguments.Event(name, arguments, _space.Server.Options.Json), _selection, _flags),
            CancellationToken.None); // Nothing here waits for a client.

    /// <summary>Sends an event and collects each socket's answer until all have come or the time is over.</summary>
    public Task<BroadcastAnswers> EmitWithAckAsync(string name, params object?[] arguments) =>
        _space.Adapter.BroadcastWithAckAsync(
            new SocketBroadcast(
                Arguments.Event(name, arguments, _space.Server.Options.Json),
                _selection,
                _flags with { Timeout = _flags.Timeout ?? TimeSpan.FromSeconds(10) }),
            CancellationToken.None); // The time-out ends it.

    /// <summary>The sockets as they are now, on all nodes.</summary>
    /// <exception cref="TimeoutException">A node did not answer in time.</exception>
    public ValueTask<IReadOnlyList<SocketSnapshot>> FetchSocketsAsync(CancellationToken cancellationToken) =>
        _flags.Local ? ValueTask.FromResult(_space.Local.Fetch(_selection)) : _space.Adapter.FetchSocketsAsync(_selection, cancellationToken);

    public ValueTask JoinAsync(params string[] rooms) => _space.Adapter.JoinAsync(_selection, rooms, CancellationToken.None);

    public ValueTask LeaveAsync(params string[] rooms) => _space.Adapter.LeaveAsync(_selection, rooms, CancellationToken.None);

    /// <param name="close">True to end the whole connections, with all their namespaces.</param>
    public ValueTask DisconnectAsync(bool close = false) => _space.Adapter.DisconnectAsync(_selection, close, CancellationToken.None);
}
