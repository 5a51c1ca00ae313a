using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.SocketIO.Tests.Wire;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>A Redis with two nodes in it: the stock one and ours. Shared by the tests, each of which makes its own clients.</summary>
public sealed class Peers : IAsyncLifetime
{
    internal const string Key = "socket.io";

    private LoopbackRedis? _redis;
    private NodePeer? _node;
    private RedisNode? _net;
    private ConnectionMultiplexer? _raw;

    internal NodePeer Node => _node!;

    internal RedisNode Net => _net!;

    internal LoopbackRedis Redis => _redis!;

    /// <summary>For what neither node would do.</summary>
    internal ISubscriber Raw => _raw!.GetSubscriber();

    private static string? WhyUnavailable => LoopbackRedis.WhyUnavailable() ?? NodePeer.WhyUnavailable;

    public async ValueTask InitializeAsync()
    {
        if (WhyUnavailable is not null)
        {
            return;
        }

        _redis = await LoopbackRedis.StartedAsync(TestContext.Current.CancellationToken);
        _raw = await ConnectionMultiplexer.ConnectAsync(_redis.Configuration);
        _node = await NodePeer.StartAsync(_redis.Port, Key);
        _net = await RedisNode.StartAsync(_redis.Address, Key);
        foreach (var space in (string[])["/", "/custom"])
        {
            await Eventually.IsTrueAsync(() => Listeners($"{Key}-request#{space}#") is 2);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_net, _node, _raw, _redis])
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>Binary in a command.</summary>
    internal static JsonObject Bytes(params int[] bytes) => new() { ["$bytes"] = new JsonArray([.. bytes.Select(octet => (JsonNode?)octet)]) };

    internal long Listeners(string channel) => _raw!.GetServers()[0].SubscriptionSubscriberCount(RedisChannel.Literal(channel));

    /// <summary>Where a test begins: without the clients of those before it, or not at all where a counterpart is missing.</summary>
    internal async Task BeginAsync()
    {
        Assert.SkipWhen(WhyUnavailable is not null, WhyUnavailable ?? "");
        await Node.DoAsync(new { @do = "close" });
        await Eventually.IsTrueAsync(() => Net.Sockets.Of("/").Sockets.Count is 0 && Net.Sockets.Of("/custom").Sockets.Count is 0);
        await Eventually.IsTrueAsync(async () => (await Node.DoAsync(new { @do = "fetch", flags = (string[])["local"] }))!.AsArray().Count is 0);
    }

    /// <summary>Connects a stock client to our node.</summary>
    /// <returns>The socket.</returns>
    internal async Task<Socket> JoinNetAsync(string name, params string[] rooms) => await JoinNetAsync(name, "/", rooms);

    internal async Task<Socket> JoinNetAsync(string name, string space, string[] rooms)
    {
        var id = (await Node.DoAsync(new { @do = "connect", name, url = Net.Url, nsp = space }))!.GetValue<string>();
        var socket = Net.Sockets.Of(space).Sockets.Single(socket => string.Equals(socket.Id, id, StringComparison.Ordinal));
        socket.Join(rooms);
        return socket;
    }

    /// <summary>Connects a stock client to the stock node.</summary>
    /// <returns>The socket's id.</returns>
    internal async Task<string> JoinNodeAsync(string name, params string[] rooms)
    {
        var id = (await Node.DoAsync(new { @do = "connect", name }))!.GetValue<string>();
        await Node.DoAsync(new { @do = "join", rooms = (string[])[id], join = rooms, flags = (string[])["local"] });
        return id;
    }

    /// <summary>What a client has got since it was last asked, once it is at least so many events; as JSON.</summary>
    internal async Task<string> SeenAsync(string name, int count = 1) => (await Node.DoAsync(new { @do = "seen", name, count }))!.ToJsonString();

    /// <summary>
    /// Sends a last event to all clients of both nodes, in the same way as what was sent before, and says what each got before it. So
    /// what a client must not get is seen not to have come, without waiting for nothing.
    /// </summary>
    internal async Task<string[]> SeenBeforeEndAsync(Func<ValueTask> end, params string[] names)
    {
        await end();
        var seen = new List<string>();
        foreach (var name in names)
        {
            var events = new JsonArray();
            while (events.LastOrDefault()?[0]?.GetValue<string>() is not "end")
            {
                foreach (var item in (await Node.DoAsync(new { @do = "seen", name, count = 1 }))!.AsArray())
                {
                    events.Add(item!.DeepClone());
                }
            }

            events.RemoveAt(events.Count - 1);
            seen.Add(events.ToJsonString());
        }

        return [.. seen];
    }
}

[CollectionDefinition(nameof(PeersCollection))]
public sealed class PeersCollection : ICollectionFixture<Peers>;
