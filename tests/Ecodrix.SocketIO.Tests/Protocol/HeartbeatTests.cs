using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>The server pings, the client answers in time.</summary>
public sealed class HeartbeatTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task The_next_ping_is_planned_from_the_pong()
    {
        await using var server = await LoopbackServer.StartAsync(clock: _clock);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        _clock.Advance(TimeSpan.FromSeconds(25));
        (await socket.TextAsync(withPings: true)).ShouldBe("2");
        _clock.Advance(TimeSpan.FromSeconds(19));
        await PongAsync(server, socket);

        _clock.Advance(TimeSpan.FromSeconds(24));
        server.Engine.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await socket.TextAsync(withPings: true)).ShouldBe("2");
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_gone()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Left = (_, reason) => Task.FromResult(left.TrySetResult(reason)), clock: _clock);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        _clock.Advance(TimeSpan.FromSeconds(25));
        _clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromMilliseconds(1));
        server.Engine.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMilliseconds(30));

        (await left.Task.SoonAsync()).ShouldBe(CloseReasons.PingTimeout);
        server.Engine.Count.ShouldBe(0);
        await socket.ClosedAsync();
    }

    [Fact]
    public async Task The_first_other_packet_while_a_pong_is_awaited_gives_it_its_time_again_and_the_second_does_not()
    {
        await using var server = await LoopbackServer.StartAsync(clock: _clock, main: Answering);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        _clock.Advance(TimeSpan.FromSeconds(25));
        _clock.Advance(TimeSpan.FromSeconds(15));

        await AskAsync(socket);
        _clock.Advance(TimeSpan.FromSeconds(15));
        server.Engine.Count.ShouldBe(1);
        await AskAsync(socket);
        _clock.Advance(TimeSpan.FromSeconds(6));

        await Eventually.IsTrueAsync(() => server.Engine.Count is 0);
    }

    [Fact]
    public async Task A_client_that_never_polls_times_out_to_the_millisecond_even_before_any_timer_says_so()
    {
        await using var server = await LoopbackServer.StartAsync(clock: _clock);
        var client = await PollingClient.OpenAsync(server);

        _clock.Advance(TimeSpan.FromSeconds(25));
        (await client.PollAsync()).ShouldBe("2");
        _clock.Advance(TimeSpan.FromSeconds(20));

        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task A_client_that_pings_is_of_another_version_and_is_closed()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("2");

        (await socket.ClosedAsync()).ShouldBe(1002);
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_idle_connection_costs_no_timer_of_its_own()
    {
        await using var server = await LoopbackServer.StartAsync();
        for (var count = 0; count < 20; count++)
        {
            await PollingClient.JoinAsync(server);
        }

        server.Server.Deadlines.Count.ShouldBeLessThanOrEqualTo(60); // Each its heartbeat and, for a while, what it once had to hurry for.
    }

    private static void Answering(TestHub hub) => hub.Hear("ask", received =>
    {
        received.Answer();
        return Task.CompletedTask;
    });

    private static async Task AskAsync(RawWebSocket socket)
    {
        await socket.SendAsync("420[\"ask\"]");
        (await socket.TextAsync()).ShouldBe("430[]");
    }

    private static async Task PongAsync(LoopbackServer server, RawWebSocket socket)
    {
        await socket.SendAsync("3");
        await socket.SendAsync("40/custom");
        (await socket.TextAsync()).ShouldStartWith("40/custom");
        server.Engine.Count.ShouldBe(1);
    }
}
