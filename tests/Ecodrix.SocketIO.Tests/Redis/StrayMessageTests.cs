using System.Text;
using Ecodrix.Loopback;
using Ecodrix.SocketIO.Packets;
using Ecodrix.SocketIO.Redis;
using Ecodrix.SocketIO.Tests.Wire;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>What nobody should have put on the channels, and what only old peers put there.</summary>
[Collection(nameof(PeersCollection))]
public sealed class StrayMessageTests(Peers peers)
{
    /// <summary>Without the stock node, which ends on some of these.</summary>
    [Fact]
    public async Task What_is_malformed_is_counted_and_does_no_harm()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(TestContext.Current.CancellationToken);
        await using var node = await RedisNode.StartAsync(redis.Address, "k");
        await using var client = await RawWebSocket.JoinAsync(new Uri(node.Url));
        node.Sockets.Of("/").Sockets.Single().Join("a");
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        string[] channels = ["k#/#", "k#/#a#", "k-request#/#", "k-response#/#"];
        byte[][] messages = [[], [0xc1], [0x93], "{"u8.ToArray(), "[]"u8.ToArray(), "{\"type\":4,\"opts\":{\"rooms\":7}}"u8.ToArray(), new byte[1000]];

        foreach (var (channel, message) in from channel in channels from message in messages select (channel, message))
        {
            await raw.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), message);
        }

        await raw.GetSubscriber().PublishAsync(
            RedisChannel.Literal("k#/#"), Broadcast("""["u",{"type":2,"data":["disconnect"],"nsp":"/"},{"rooms":[]}]"""));
        await raw.GetSubscriber().PublishAsync(RedisChannel.Literal("k#/#"), Broadcast("""["u",{"type":2,"data":["end"]},{"rooms":[]}]"""));

        (await client.TextAsync()).ShouldBe("42[\"end\"]");
        node.Figures.Ignored.ShouldBe((channels.Length * messages.Length) + 1);
        node.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_names_another_namespace_is_not_delivered_here()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNetAsync("nc", "/custom", []);

        await PublishAsync("socket.io#/#", Broadcast("""["u",{"type":2,"data":["x",1],"nsp":"/custom"},{"rooms":[]}]"""));
        await PublishAsync("socket.io#/custom#", Broadcast("""["u",{"type":2,"data":["x",2]},{"rooms":[]}]"""));
        await PublishAsync("socket.io#/#", Broadcast("""["u",{"type":2,"data":["x",3]},{"rooms":[]}]"""));
        await PublishAsync("other#/#", Broadcast("""["u",{"type":2,"data":["x",4]},{"rooms":[]}]"""));
        await PublishAsync("socket.io2#/#", Broadcast("""["u",{"type":2,"data":["x",5]},{"rooms":[]}]"""));
        foreach (var space in (string[])["/", "/custom"])
        {
            await PublishAsync($"socket.io#{space}#", Broadcast($$"""["u",{"type":2,"data":["end"],"nsp":"{{space}}"},{"rooms":[]}]"""));
        }

        (await peers.SeenBeforeEndAsync(() => ValueTask.CompletedTask, "n", "nc")).ShouldBe(["""[["x",3]]""", "[]"]);
    }

    [Fact]
    public async Task What_this_node_sent_itself_is_not_delivered_again()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n");
        var own = peers.Net.Adapter().Uid;

        await PublishAsync("socket.io#/#", Broadcast($$"""["{{own}}",{"type":2,"data":["x"],"nsp":"/"},{"rooms":[]}]"""));
        await PublishAsync("socket.io-request#/#", Encoding.UTF8.GetBytes($$"""{"uid":"{{own}}","type":4,"opts":{"rooms":[],"except":[]},"close":true}"""));

        (await peers.SeenBeforeEndAsync(async () => await PublishAsync("socket.io#/#", Broadcast("""["u",{"type":2,"data":["end"]},{"rooms":[]}]""")), "n")).ShouldBe(["[]"]);
        socket.IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task Requests_of_old_nodes_are_carried_out_and_confirmed()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        var answers = await peers.Raw.SubscribeAsync(RedisChannel.Literal("socket.io-response#/#"));

        await AnsweredAsync($$"""{"requestId":"r1","type":2,"sid":"{{socket.Id}}","room":"b"}""", """{"requestId":"r1"}""");
        socket.Rooms.ShouldContain(room => room == "b");
        await AnsweredAsync($$"""{"requestId":"r2","type":3,"sid":"{{socket.Id}}","room":"b"}""", """{"requestId":"r2"}""");
        socket.Rooms.ShouldNotContain(room => room == "b");
        await AnsweredAsync("""{"uid":"old","requestId":"r3","type":0,"rooms":["a"]}""", $$"""{"requestId":"r3","sockets":["{{socket.Id}}"]}""");
        await AnsweredAsync($$"""{"requestId":"r4","type":4,"sid":"{{socket.Id}}","close":false}""", """{"requestId":"r4"}""");
        (await peers.SeenAsync("n")).ShouldBe("""[["disconnect","io server disconnect"]]""");
        await answers.UnsubscribeAsync();

        // Of the two nodes only the one that has the socket confirms; of the sockets' list ours is one of two.
        async Task AnsweredAsync(string request, string expected)
        {
            await PublishAsync("socket.io-request#/#", Encoding.UTF8.GetBytes(request));
            using var patience = new CancellationTokenSource(Eventually.Patience);
            while (!string.Equals((await answers.ReadAsync(patience.Token)).Message.ToString(), expected, StringComparison.Ordinal))
            {
                // Another node's.
            }
        }
    }

    [Fact]
    public async Task Answers_that_nobody_waits_for_are_passed_over()
    {
        await peers.BeginAsync();
        var before = peers.Net.Figures.Ignored;

        await PublishAsync("socket.io-response#/#", """{"requestId":"unknown","sockets":[]}"""u8.ToArray());
        await PublishAsync("socket.io-response#/#", """{"requestId":"unknown","type":8,"clientCount":-5}"""u8.ToArray());
        (await peers.Net.Sockets.Target.FetchSocketsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();

        peers.Net.Figures.Ignored.ShouldBe(before);
    }

    private Task<long> PublishAsync(string channel, byte[] message) => peers.Raw.PublishAsync(RedisChannel.Literal(channel), message);

    private static byte[] Broadcast(string json) => PeerMessage.MessagePack(
        (ref MessagePack.MessagePackWriter writer) => MessagePackTreeWriter.Write(ref writer, JsonTree.TryRead(json, out var tree) ? tree : null));
}
