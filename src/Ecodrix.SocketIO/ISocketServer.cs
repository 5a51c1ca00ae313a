using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO;

/// <summary>Something that has sockets to send to.</summary>
public interface ISocketGroup
{
    /// <summary>All sockets of it.</summary>
    SocketTarget Target { get; }

    /// <summary>Those who cannot take it right now go without.</summary>
    SocketTarget Volatile => Target.Volatile;

    /// <summary>This node's sockets only.</summary>
    SocketTarget Local => Target.Local;

    /// <inheritdoc cref="SocketTarget.To"/>
    SocketTarget To(params string[] rooms) => Target.To(rooms);

    /// <inheritdoc cref="SocketTarget.Except"/>
    SocketTarget Except(params string[] rooms) => Target.Except(rooms);

    /// <inheritdoc cref="SocketTarget.EmitAsync"/>
    ValueTask EmitAsync(string name, params object?[] arguments) => Target.EmitAsync(name, arguments);
}

/// <summary>Sends to sockets from anywhere in the program. As a group it is the main namespace.</summary>
public interface ISocketServer : ISocketGroup
{
    /// <param name="name">With its slash.</param>
    /// <exception cref="ArgumentException">No such namespace was added.</exception>
    ISocketNamespace Of(string name);
}

/// <summary>A namespace: sockets that share a hub.</summary>
public interface ISocketNamespace : ISocketGroup
{
    string Name { get; }

    /// <summary>The sockets that are connected to this node now.</summary>
    IReadOnlyList<Socket> Sockets { get; }

    /// <summary>Raises an event in the hubs of this namespace on all other nodes.</summary>
    ValueTask ServerSideEmitAsync(string name, params object?[] arguments);

    /// <summary>Raises an event on all other nodes and collects one answer of each.</summary>
    /// <exception cref="TimeoutException">A node did not answer in time.</exception>
    Task<IReadOnlyList<JsonNode?>> ServerSideEmitWithAckAsync(string name, params object?[] arguments);
}
