using System.Net;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>From polling to WebSocket, in mid-traffic.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task The_poll_is_let_go_of_and_what_comes_until_the_change_goes_by_polling_and_then_by_WebSocket()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var held = client.PollAsync();
        await client.HeldAsync();
        await using var socket = await ProbeAsync(server, client);

        (await held).ShouldBe("6");
        await server.Sockets.EmitAsync("before");
        (await client.PollAsync()).ShouldBe("42[\"before\"]");
        await server.Sockets.EmitAsync("between", 1);
        await server.Sockets.EmitAsync("between", 2);
        await socket.SendAsync("5");

        (await socket.TextAsync()).ShouldBe("42[\"between\",1]");
        (await socket.TextAsync()).ShouldBe("42[\"between\",2]");
        await server.Sockets.EmitAsync("after");
        (await socket.TextAsync()).ShouldBe("42[\"after\"]");
    }

    [Fact]
    public async Task After_the_upgrade_polling_does_not_fit_and_another_WebSocket_is_closed_at_once()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await ProbeAsync(server, client);
        await UpgradeAsync(server, client, socket);

        using var poll = await client.GetAsync();
        await using var second = await RawWebSocket.ConnectAsync(server.Address, WebSocketUrl(client));

        poll.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await poll.TextAsync()).ShouldBe("""{"code":3,"message":"Bad request"}""");
        second.Status.ShouldBe("101");
        await second.ClosedAsync();
        await server.Sockets.EmitAsync("still");
        (await socket.TextAsync()).ShouldBe("42[\"still\"]");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("2")]
    [InlineData("2probe2")]
    [InlineData("42[\"x\"]")]
    [InlineData("40")]
    [InlineData("hello")]
    public async Task Any_other_first_packet_closes_the_WebSocket_and_leaves_polling_as_it_was(string first)
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await RawWebSocket.ConnectAsync(server.Address, WebSocketUrl(client));

        await socket.SendAsync(first);

        await socket.ClosedAsync();
        await server.Sockets.EmitAsync("still");
        (await client.PollAsync()).ShouldBe("42[\"still\"]");
        await using var again = await ProbeAsync(server, client);
        await UpgradeAsync(server, client, again);
    }

    [Fact]
    public async Task While_one_WebSocket_is_on_trial_another_is_closed()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await ProbeAsync(server, client);

        await using var second = await RawWebSocket.ConnectAsync(server.Address, WebSocketUrl(client));

        await second.ClosedAsync();
        await UpgradeAsync(server, client, socket);
    }

    [Fact]
    public async Task A_WebSocket_that_does_not_make_up_its_mind_is_closed_and_polling_lives_on()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await ProbeAsync(server, client);

        clock.Advance(TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(30));

        await socket.ClosedAsync();
        await server.Sockets.EmitAsync("still");
        (await client.PollAsync()).ShouldBe("42[\"still\"]");
    }

    [Fact]
    public async Task A_poll_that_comes_while_the_client_is_probed_is_let_go_of_again()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await ProbeAsync(server, client);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        var late = client.PollAsync();
        await client.HeldAsync();

        clock.Advance(TimeSpan.FromMilliseconds(150));

        (await late).ShouldBe("6");
    }

    [Fact]
    public async Task A_session_that_is_closed_takes_its_candidate_along()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        await using var socket = await ProbeAsync(server, client);

        await client.SendAsync("1");

        await socket.ClosedAsync();
    }

    private static string WebSocketUrl(PollingClient client) => $"/socket.io/?EIO=4&transport=websocket&sid={client.Id}";

    private static async Task<RawWebSocket> ProbeAsync(LoopbackServer server, PollingClient client)
    {
        var socket = await RawWebSocket.ConnectAsync(server.Address, WebSocketUrl(client));
        await socket.SendAsync("2probe");
        (await socket.TextAsync()).ShouldBe("3probe");
        return socket;
    }

    private static async Task UpgradeAsync(LoopbackServer server, PollingClient client, RawWebSocket socket)
    {
        await socket.SendAsync("5");
        await Eventually.IsTrueAsync(() => server.Engine.Find(client.Id)?.Transport.Name is "websocket");
    }
}
