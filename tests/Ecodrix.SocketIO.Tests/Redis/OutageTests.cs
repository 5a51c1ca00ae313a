using Ecodrix.Loopback;
using Ecodrix.SocketIO.Redis;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Redis goes, comes, and was never there.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_Redis_is_away_this_node_goes_on_alone_and_afterwards_all_are_one_again()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var one = await RedisNode.StartAsync(redis.Address, "k");
        await using var two = await RedisNode.StartAsync(redis.Address, "k");
        await using var here = await RawWebSocket.JoinAsync(new Uri(one.Url));
        await using var there = await RawWebSocket.JoinAsync(new Uri(two.Url));
        await one.Sockets.EmitAsync("before");
        (await there.TextAsync()).ShouldBe("42[\"before\"]");
        (await here.TextAsync()).ShouldBe("42[\"before\"]");

        await redis.StopAsync();
        await Eventually.IsTrueAsync(() => !one.Link.IsUp);
        for (var number = 0; number < 100; number++)
        {
            await one.Sockets.EmitAsync("alone", number);
            (await here.TextAsync()).ShouldBe($"42[\"alone\",{number}]");
        }

        await one.Sockets.Target.JoinAsync("room");
        one.Sockets.Of("/").Sockets.Single().Rooms.ShouldContain(room => room == "room");
        await one.Sockets.Of("/").ServerSideEmitAsync("told", 1);
        await Eventually.IsTrueAsync(() => one.Figures.Unsent is 102);
        one.Log.Lines.Count(line => line.Contains("out of reach", StringComparison.Ordinal)).ShouldBe(1);
        one.Figures.Outages.ShouldBe(1);

        await redis.StartAsync(Cancelled);
        await Eventually.IsTrueAsync(() => one.Link.IsUp && two.Link.IsUp);
        await BecomeTwoAsync(one);
        await BecomeTwoAsync(two);
        await one.Sockets.EmitAsync("after");
        (await there.TextAsync()).ShouldBe("42[\"after\"]");
        (await here.TextAsync()).ShouldBe("42[\"after\"]");
        one.Figures.Outages.ShouldBe(1);
    }

    [Fact]
    public async Task Who_asks_while_Redis_is_away_is_told_so_at_once_and_clients_here_still_answer()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = new LoopbackRedis();
        await using var node = await RedisNode.StartAloneAsync(redis.Address, "k");
        await using var client = await RawWebSocket.JoinAsync(new Uri(node.Url));

        foreach (var ask in (Func<Task>[])
        [
            async () => await node.Sockets.Target.FetchSocketsAsync(Cancelled),
            async () => await node.Adapter().AllRoomsAsync(Cancelled),
            () => node.Sockets.Of("/").ServerSideEmitWithAckAsync("sum", 1, 2),
        ])
        {
            (await Should.ThrowAsync<TimeoutException>(ask)).Message.ShouldBe("Redis is out of reach, so the other nodes cannot be asked.");
        }

        var asked = node.Sockets.Target.Within(TimeSpan.FromMinutes(5)).EmitWithAckAsync("question");
        (await client.TextAsync()).ShouldBe("420[\"question\"]");
        await client.SendAsync("430[5]");
        var answers = await asked.SoonAsync();
        answers.Answers.Single()!.GetValue<int>().ShouldBe(5);
        answers.IsComplete.ShouldBeFalse();
        node.Adapter().OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_Redis_that_hangs_holds_nobody_up_and_fills_no_memory()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var node = await RedisNode.StartAsync(redis.Address, "k", options =>
        {
            options.MaxUnsentBytes = 1_000_000;
            options.RequestsTimeout = TimeSpan.FromMilliseconds(100);
        });
        await using var client = await RawWebSocket.JoinAsync(new Uri(node.Url));
        await redis.HangAsync(Cancelled);

        for (var number = 0; number < 1000; number++)
        {
            await node.Sockets.To("nobody").EmitAsync("large", new string('x', 10_000));
        }

        await node.Sockets.EmitAsync("small");
        (await client.TextAsync()).ShouldBe("42[\"small\"]");
        node.Figures.Unsent.ShouldBeInRange(890, 910);
        await Should.ThrowAsync<TimeoutException>(async () => await node.Sockets.Target.FetchSocketsAsync(Cancelled)).SoonAsync();
        var answers = await node.Sockets.Target.Within(TimeSpan.FromMilliseconds(100)).EmitWithAckAsync("question").SoonAsync();
        (answers.Asked, answers.IsComplete).ShouldBe((1, false));
        await client.DisposeAsync();
        await node.DisposeAsync().AsTask().SoonAsync();
    }

    [Fact]
    public async Task A_node_that_started_without_Redis_joins_the_others_when_it_comes()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = new LoopbackRedis();
        await using var one = await RedisNode.StartAloneAsync(redis.Address, "k");
        await using var two = await RedisNode.StartAloneAsync(redis.Address, "k");
        await Eventually.IsTrueAsync(() => one.Log.Lines.Count(line => line.Contains("out of reach", StringComparison.Ordinal)) is 1);
        await using var there = await RawWebSocket.JoinAsync(new Uri(two.Url));

        await redis.StartAsync(Cancelled);
        await BecomeTwoAsync(one);
        await BecomeTwoAsync(two);
        await one.Sockets.EmitAsync("hello");

        (await there.TextAsync()).ShouldBe("42[\"hello\"]");
        (await one.Sockets.Target.FetchSocketsAsync(Cancelled)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_stops_while_Redis_is_away()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        var node = await RedisNode.StartAsync(redis.Address, "k");
        var (late, link) = (node.Adapter(), node.Link);
        await redis.StopAsync();

        await node.DisposeAsync().AsTask().SoonAsync();

        (await link.OpenAsync().SoonAsync()).ShouldBeNull();
        await late.BroadcastAsync(new Adapters.SocketBroadcast(new System.Text.Json.Nodes.JsonArray("late"), Adapters.SocketSelection.All, Adapters.BroadcastFlags.None), CancellationToken.None);
    }

    [Fact]
    public async Task What_Redis_does_not_take_in_time_is_dropped_and_counted()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var node = await RedisNode.StartAsync(redis.Address, "k", options => options.MaxUnsentBytes = 10_000);

        for (var number = 0; number < 1000; number++)
        {
            await node.Sockets.EmitAsync("large", new string('x', 5_000));
        }

        node.Figures.Unsent.ShouldBeGreaterThan(0);
        await Eventually.IsTrueAsync(() => node.Link.Publish("k#other#", [1]));
    }

    [Fact]
    public async Task What_this_node_does_not_read_in_time_is_dropped_and_counted()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var node = await RedisNode.StartAsync(redis.Address, "k");
        using var turn = new ManualResetEventSlim();
        var taken = new List<string>();
        var channels = new RedisChannels("busy", "/", "abcdef");
        void Take(string channel, ReadOnlyMemory<byte> message)
        {
            turn.Wait(Eventually.Patience);
            lock (taken)
            {
                taken.Add(System.Text.Encoding.UTF8.GetString(message.Span));
            }
        }

        await using var subscription = new RedisSubscription(node.Link, channels, Take, 20, TimeProvider.System, NullLogger.Instance);
        await subscription.StartAsync();
        var subscriber = (await node.Link.OpenAsync())!;
        for (var number = 0; number < 100; number++)
        {
            await subscriber.PublishAsync(RedisChannel.Literal(channels.Broadcasts), $"{number}");
        }

        await subscriber.PingAsync();
        turn.Set();

        await Eventually.IsTrueAsync(() =>
        {
            lock (taken)
            {
                return taken.LastOrDefault() is "99";
            }
        });
        node.Figures.Unread.ShouldBeInRange(70, 80);
        taken.Count.ShouldBe(100 - (int)node.Figures.Unread);
        taken[^20..].ShouldBe(Enumerable.Range(80, 20).Select(number => $"{number}"));
    }

    [Fact]
    public async Task A_client_that_comes_back_to_its_node_gets_what_other_nodes_sent_meanwhile()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var one = await RedisNode.StartAsync(redis.Address, "k", sockets: options => options.Recovery = new RecoveryOptions());
        await using var two = await RedisNode.StartAsync(redis.Address, "k");
        var client = await RawWebSocket.ConnectAsync(new Uri(one.Url));
        await client.OpenAsync();
        await client.SendAsync("40");
        var pid = System.Text.Json.Nodes.JsonNode.Parse((await client.TextAsync())[2..])!["pid"]!.GetValue<string>();
        one.Sockets.Of("/").Sockets.Single().Join("room");
        await two.Sockets.To("room").EmitAsync("first");
        var offset = System.Text.Json.Nodes.JsonNode.Parse((await client.TextAsync())[2..])![1]!.GetValue<string>();

        await client.DisposeAsync();
        await Eventually.IsTrueAsync(() => one.Sockets.Of("/").Sockets.Count is 0);
        await two.Sockets.To("room").EmitAsync("missed");
        await BecomeTwoAsync(two);

        await using var again = await RawWebSocket.ConnectAsync(new Uri(one.Url));
        await again.OpenAsync();
        await again.SendAsync($$"""40{"pid":"{{pid}}","offset":"{{offset}}"}""");
        (await again.TextAsync()).ShouldStartWith("42[\"missed\"");
        (await again.TextAsync()).ShouldContain(pid);
    }

    /// <summary>Waits until a node hears another; the answer also proves that what was sent before has arrived.</summary>
    private static Task BecomeTwoAsync(RedisNode node) => Eventually.IsTrueAsync(async () =>
    {
        try
        {
            return (await node.Sockets.Of("/").ServerSideEmitWithAckAsync("sum", 1, 2)).Count is 1;
        }
        catch (TimeoutException)
        {
            return false;
        }
    });
}
