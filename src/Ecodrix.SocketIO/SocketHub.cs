using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO;

/// <summary>
/// What a namespace does: derive from it, say in the constructor which events are heard, and add it with
/// <see cref="SocketIOBuilder.AddNamespace{THub}"/>. There is one for each namespace. What concerns one socket is called one after
/// another, in order; different sockets are served side by side. What a handler throws is logged, and the socket lives on.
/// </summary>
/// <remarks>A handler that waits for its own client's later events waits in vain. Answers to <see cref="Socket.EmitWithAckAsync"/> do arrive.</remarks>
public abstract class SocketHub
{
    private readonly Dictionary<string, Func<SocketEvent, Task>> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<SocketArguments, Task<object?>>> _serverHandlers = new(StringComparer.Ordinal);
    private readonly List<Func<Socket, ValueTask<ConnectRefusal?>>> _middlewares = [];

    /// <summary>The namespace that this hub serves; not there yet in the constructor.</summary>
    public ISocketNamespace Namespace { get; internal set; } = null!;

    /// <summary>Called once a socket has joined, before any of its events.</summary>
    protected virtual Task OnConnectAsync(Socket socket) => Task.CompletedTask;

    /// <summary>Called once for each socket that had joined, after the last of its events.</summary>
    /// <param name="reason">One of <see cref="EngineIO.CloseReasons"/>.</param>
    protected virtual Task OnDisconnectAsync(Socket socket, string reason) => Task.CompletedTask;

    /// <summary>Called for an event that nothing was said about; by default it is passed over.</summary>
    protected virtual Task OnOtherAsync(SocketEvent received) => Task.CompletedTask;

    /// <summary>Adds a check of whoever wants to join, in order; null lets pass on. It may set the socket's data and rooms.</summary>
    protected void Use(Func<Socket, ValueTask<ConnectRefusal?>> middleware) => _middlewares.Add(middleware);

    /// <summary>Hears an event with whatever comes with it.</summary>
    protected void On(string name, Func<SocketEvent, Task> handler) => _handlers.Add(name, handler);

    /// <summary>Hears an event whose first argument has a type; one that does not fit is passed over.</summary>
    protected void On<T>(string name, Func<Socket, T, Task> handler) =>
        On(name, received => received.Arguments.TryGet<T>(0, out var argument) ? handler(received.Socket, argument) : Task.CompletedTask);

    /// <summary>Hears an event whose first argument has a type, and answers it; one that does not fit gets no answer.</summary>
    protected void On<T, TAnswer>(string name, Func<Socket, T, Task<TAnswer>> handler) =>
        On(name, async received =>
        {
            if (received.Arguments.TryGet<T>(0, out var argument))
            {
                received.Answer(await handler(received.Socket, argument));
            }
        });

    /// <summary>Hears what other nodes emit to the servers of this namespace; what it returns is the answer, where one is wanted.</summary>
    protected void OnServer(string name, Func<SocketArguments, Task<object?>> handler) => _serverHandlers.Add(name, handler);

    internal async ValueTask<ConnectRefusal?> CheckAsync(Socket socket)
    {
        foreach (var middleware in _middlewares)
        {
            if (await middleware(socket) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    internal Task WelcomeAsync(Socket socket) => OnConnectAsync(socket);

    internal Task PartAsync(Socket socket, string reason) => OnDisconnectAsync(socket, reason);

    internal Task HearAsync(SocketEvent received) =>
        _handlers.TryGetValue(received.Name, out var handler) ? handler(received) : OnOtherAsync(received);

    internal async Task HearServerAsync(JsonArray serverEvent, Action<JsonNode?>? answer, System.Text.Json.JsonSerializerOptions json)
    {
        if (serverEvent is [JsonValue first, ..] && first.TryGetValue<string>(out var name) && _serverHandlers.TryGetValue(name, out var handler))
        {
            var result = await handler(new SocketArguments(serverEvent, 1, json));
            var list = Packets.Arguments.List([result], json);
            answer?.Invoke(Packets.JsonTree.Copy(list[0]));
        }
    }
}

/// <summary>A namespace that hears nothing and only sends.</summary>
internal sealed class SilentHub : SocketHub;
