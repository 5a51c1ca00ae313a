using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Adapters;

/// <summary>For a server that stands alone: everything stays here.</summary>
internal sealed class SingleNodeAdapter(ILocalNamespace local) : INamespaceAdapter
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask BroadcastAsync(SocketBroadcast broadcast, CancellationToken cancellationToken)
    {
        local.Broadcast(broadcast);
        return ValueTask.CompletedTask;
    }

    public async Task<BroadcastAnswers> BroadcastWithAckAsync(SocketBroadcast broadcast, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentQueue<JsonNode?>();
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var asked = local.BroadcastWithAck(broadcast, answers.Enqueue, finished.SetResult);

        await finished.Task.WaitAsync(cancellationToken);
        var came = answers.ToArray();
        return new BroadcastAnswers(came, asked, came.Length == asked);
    }

    public ValueTask JoinAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken)
    {
        local.Join(sockets, rooms);
        return ValueTask.CompletedTask;
    }

    public ValueTask LeaveAsync(SocketSelection sockets, IReadOnlyList<string> rooms, CancellationToken cancellationToken)
    {
        local.Leave(sockets, rooms);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisconnectAsync(SocketSelection sockets, bool close, CancellationToken cancellationToken)
    {
        local.Disconnect(sockets, close);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<SocketSnapshot>> FetchSocketsAsync(SocketSelection sockets, CancellationToken cancellationToken) =>
        ValueTask.FromResult(local.Fetch(sockets));

    public ValueTask<IReadOnlySet<string>> AllRoomsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(local.Rooms);

    public ValueTask ServerSideEmitAsync(JsonArray serverEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<IReadOnlyList<JsonNode?>> ServerSideEmitWithAckAsync(JsonArray serverEvent, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JsonNode?>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Makes the adapter of a server that stands alone.</summary>
internal sealed class SingleNodeAdapterFactory : ISocketAdapterFactory
{
    public INamespaceAdapter Create(ILocalNamespace local) => new SingleNodeAdapter(local);
}
