using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Joining and leaving, and what ends the connection.</summary>
public sealed class NamespaceTests
{
    private static void Echo(TestHub hub) => hub.Hear("message", received =>
    {
        received.Socket.Emit("message-back", [.. received.Arguments]);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData("40", "40{\"sid\":\"", "\"}")]
    [InlineData("40{}", "40{\"sid\":\"", "\"}")]
    [InlineData("40/custom", "40/custom,{\"sid\":\"", "\"}")]
    [InlineData("40/custom,", "40/custom,{\"sid\":\"", "\"}")]
    [InlineData("40/custom,{\"a\":1}", "40/custom,{\"sid\":\"", "\"}")]
    [InlineData("40/random", "44/random,{\"message\":\"Invalid namespace\"}", "")]
    [InlineData("40/custom?x=1", "44/custom?x=1,{\"message\":\"Invalid namespace\"}", "")]
    [InlineData("40/__proto__,", "44/__proto__,{\"message\":\"Invalid namespace\"}", "")]
    public async Task A_wish_to_join_is_answered_byte_for_byte(string wish, string begins, string ends)
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);
        var secret = (await socket.OpenAsync())["sid"]!.GetValue<string>();

        await socket.SendAsync(wish);

        var reply = await socket.TextAsync();
        reply.ShouldStartWith(begins);
        reply.ShouldEndWith(ends);
        reply.Length.ShouldBe(begins.Length + ends.Length + (ends.Length > 0 ? 20 : 0));
        reply.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Who_is_refused_is_told_why_and_may_try_again_on_the_same_connection()
    {
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Check(socket => ValueTask.FromResult(
            socket.Handshake.Auth["token"]?.GetValue<string>() is "right" ? null : new ConnectRefusal("UNAUTHORIZED", new { Why = "wrong token" }))));
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();

        await socket.SendAsync("40{\"token\":\"wrong\"}");
        (await socket.TextAsync()).ShouldBe("""44{"message":"UNAUTHORIZED","data":{"why":"wrong token"}}""");

        await socket.SendAsync("40{\"token\":\"right\"}");
        (await socket.TextAsync()).ShouldStartWith("40{");
    }

    [Fact]
    public async Task A_middleware_that_throws_refuses_and_is_logged()
    {
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Check(_ => throw new InvalidDataException("secret")));
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();

        await socket.SendAsync("40");

        (await socket.TextAsync()).ShouldBe("""44{"message":"Internal server error"}""");
        server.Log.Lines.ShouldHaveSingleItem().ShouldContain("secret");
    }

    [Theory]
    [InlineData("42[\"message\"]")]
    [InlineData("43/custom,1[]")]
    [InlineData("41")]
    public async Task Whatever_comes_before_joining_closes_the_connection(string packet)
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();

        await socket.SendAsync(packet);

        await socket.ClosedAsync();
        server.Engine.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("40")]
    [InlineData("42/custom,[\"message\"]")]
    [InlineData("41/custom,")]
    [InlineData("44{\"message\":\"x\"}")]
    [InlineData("40[]")]
    [InlineData("42{}")]
    [InlineData("42abc[\"message\"]")]
    [InlineData("42[\"message\"")]
    [InlineData("42[]")]
    [InlineData("42[null]")]
    [InlineData("42[\"connect\"]")]
    [InlineData("42[\"connect_error\"]")]
    [InlineData("42[\"disconnect\"]")]
    [InlineData("42[\"disconnecting\"]")]
    [InlineData("42[\"newListener\"]")]
    [InlineData("42[\"removeListener\"]")]
    [InlineData("47")]
    [InlineData("4")]
    [InlineData("4abc")]
    [InlineData("450-[\"message\"]")]
    [InlineData("4511-[\"message\"]")]
    [InlineData("9")]
    [InlineData("")]
    public async Task What_breaks_the_rules_closes_the_connection_at_once(string packet)
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync(packet);

        await socket.ClosedAsync();
        server.Engine.Count.ShouldBe(0);
        server.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_events_name_may_be_a_number()
    {
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Hear("5", received =>
        {
            received.Socket.Emit("five", [.. received.Arguments]);
            return Task.CompletedTask;
        }));
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("42[5,1.50,{\"b\":1,\"a\":2}]");

        (await socket.TextAsync()).ShouldBe("42[\"five\",1.50,{\"b\":1,\"a\":2}]");
    }

    [Fact]
    public async Task Leaving_a_namespace_has_no_reply_and_the_connection_and_its_other_namespaces_live_on()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(
            main: Echo, custom: hub => hub.Left = (_, reason) => Task.FromResult(left.TrySetResult(reason)));
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        await socket.SendAsync("40/custom");
        (await socket.TextAsync()).ShouldStartWith("40/custom,");

        await socket.SendAsync("41/custom,");
        await socket.SendAsync("42[\"message\",1]");

        (await socket.TextAsync()).ShouldBe("42[\"message-back\",1]");
        (await left.Task).ShouldBe(CloseReasons.ClientNamespaceDisconnect);
        await socket.SendAsync("40/custom");
        (await socket.TextAsync()).ShouldStartWith("40/custom,");
    }

    [Fact]
    public async Task A_socket_that_the_server_takes_out_is_told_and_its_further_events_close_the_connection()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Left = (_, reason) => Task.FromResult(left.TrySetResult(reason)));
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await server.Sockets.Target.DisconnectAsync();
        (await socket.TextAsync()).ShouldBe("41");
        (await left.Task).ShouldBe(CloseReasons.ServerNamespaceDisconnect);
        server.Engine.Count.ShouldBe(1);

        await socket.SendAsync("42[\"message\"]");
        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Disconnecting_with_close_ends_the_connection_behind_the_last_word()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await server.Sockets.EmitAsync("bye");
        await server.Sockets.Target.DisconnectAsync(close: true);

        (await socket.TextAsync()).ShouldBe("42[\"bye\"]");
        (await socket.TextAsync()).ShouldBe("41");
        (await socket.ClosedAsync()).ShouldBe(1000);
    }

    [Fact]
    public async Task Who_joins_nothing_in_time_is_closed()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(options => options.PingInterval = TimeSpan.FromMinutes(10), clock: clock);
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();
        await socket.SendAsync("40/random");
        (await socket.TextAsync()).ShouldStartWith("44");
        await using var other = await RawWebSocket.JoinAsync(server.Address);

        clock.Advance(TimeSpan.FromSeconds(45));

        server.Engine.Count.ShouldBe(1);
        await socket.ClosedAsync();
    }

    [Fact]
    public async Task A_close_packet_over_WebSocket_is_acted_on_at_once()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("1");

        await socket.ClosedAsync();
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_stops_closes_all_and_says_that_it_goes_away()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Left = (_, reason) => Task.FromResult(left.TrySetResult(reason)));
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        var client = await PollingClient.JoinAsync(server);
        var held = client.PollAsync();
        await client.HeldAsync();

        var stopped = server.StopAsync();

        (await socket.ClosedAsync()).ShouldBe(1001);
        (await held).ShouldBe("1");
        (await left.Task).ShouldBe(CloseReasons.ServerShuttingDown);
        await stopped.SoonAsync();
    }

    [Fact]
    public async Task What_concerns_one_socket_is_handled_in_order_and_a_handler_that_throws_is_only_logged()
    {
        var order = new List<string>();
        var end = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(main: hub =>
        {
            hub.Connected = async _ =>
            {
                await Task.Yield();
                order.Add("connected");
            };
            hub.Hear("slow", async received =>
            {
                await Task.Yield();
                order.Add($"slow {received.Arguments[0]}");
                throw new InvalidDataException("a bug");
            });
            hub.Left = (_, _) =>
            {
                order.Add("left");
                end.SetResult();
                return Task.CompletedTask;
            };
        });
        var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("42[\"slow\",1]");
        await socket.SendAsync("42[\"slow\",2]");
        await socket.SendAsync("1");

        await end.Task.SoonAsync();
        order.ShouldBe(["connected", "slow 1", "slow 2", "left"]);
        server.Log.Lines.Count.ShouldBe(2);
        await socket.DisposeAsync();
    }
}
