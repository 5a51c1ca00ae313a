using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Who gets what.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task A_broadcast_reaches_the_rooms_less_the_excepted_ones_and_each_socket_once()
    {
        await using var server = await LoopbackServer.StartAsync(main: ByAuth);
        await using var both = await JoinAsync(server, "a", "b");
        await using var onlyA = await JoinAsync(server, "a");
        await using var excepted = await JoinAsync(server, "a", "c");
        await using var neither = await JoinAsync(server);

        await server.Sockets.To("a").To("b").Except("c").EmitAsync("one");
        await server.Sockets.EmitAsync("two");

        foreach (var inRoom in (RawWebSocket[])[both, onlyA])
        {
            (await inRoom.TextAsync()).ShouldBe("42[\"one\"]");
            (await inRoom.TextAsync()).ShouldBe("42[\"two\"]");
        }

        (await excepted.TextAsync()).ShouldBe("42[\"two\"]");
        (await neither.TextAsync()).ShouldBe("42[\"two\"]");
    }

    [Fact]
    public async Task A_sockets_id_is_a_room_and_a_broadcast_of_a_socket_leaves_itself_out()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var first = await RawWebSocket.JoinAsync(server.Address);
        var one = server.Sockets.Of("/").Sockets.Single();
        await using var second = await RawWebSocket.JoinAsync(server.Address);

        await server.Sockets.To(one.Id).EmitAsync("own");
        await one.Broadcast.EmitAsync("others");
        await server.Sockets.EmitAsync("all");

        (await first.TextAsync()).ShouldBe("42[\"own\"]");
        (await first.TextAsync()).ShouldBe("42[\"all\"]");
        (await second.TextAsync()).ShouldBe("42[\"others\"]");
        one.Rooms.ShouldBe([one.Id]);
    }

    [Fact]
    public async Task Namespaces_do_not_hear_each_other()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var main = await RawWebSocket.JoinAsync(server.Address);
        await using var custom = await RawWebSocket.JoinAsync(server.Address, "/custom");

        await server.Sockets.Of("/custom").EmitAsync("x", 1);
        await server.Sockets.EmitAsync("y");

        (await custom.TextAsync()).ShouldBe("42/custom,[\"x\",1]");
        (await main.TextAsync()).ShouldBe("42[\"y\"]");
    }

    [Fact]
    public async Task Sockets_are_moved_and_found_from_outside_and_a_room_ends_with_its_last_socket()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address, auth: "{\"name\":\"n\"}");
        var all = server.Sockets.Target;

        await all.JoinAsync("x", "y");
        await server.Sockets.To("x").LeaveAsync("y");

        var found = (await server.Sockets.To("x").FetchSocketsAsync(CancellationToken.None)).Single();
        found.Rooms.ShouldBe([found.Id, "x"]);
        found.Handshake.Auth["name"]!.GetValue<string>().ShouldBe("n");
        found.Handshake.Query["EIO"].ShouldBe("4");
        found.Handshake.Headers["upgrade"].ShouldBe("websocket");
        (await server.Sockets.To("y").FetchSocketsAsync(CancellationToken.None)).ShouldBeEmpty();
        var local = server.Server.Find("/")!.Local;
        local.Rooms.ShouldBe([found.Id, "x"], ignoreOrder: true);

        await socket.SendAsync("1");
        await socket.ClosedAsync();
        local.Rooms.ShouldBeEmpty();
        local.HasRoom("x").ShouldBeFalse();
    }

    [Fact]
    public async Task Volatile_is_dropped_when_no_poll_is_held_and_sent_when_one_is()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);

        await server.Sockets.Volatile.EmitAsync("lost");
        var held = client.PollAsync();
        await client.HeldAsync();
        await server.Sockets.Volatile.EmitAsync("caught");
        await server.Sockets.Volatile.EmitAsync("lost too");

        (await held).ShouldBe("42[\"caught\"]");
        await server.Sockets.EmitAsync("end");
        (await client.PollAsync()).ShouldBe("42[\"end\"]");
    }

    [Fact]
    public async Task All_asked_sockets_answers_are_collected_under_one_id()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var first = await RawWebSocket.JoinAsync(server.Address);
        await using var second = await RawWebSocket.JoinAsync(server.Address);

        var asking = server.Sockets.Target.EmitWithAckAsync("q");
        var question = await first.TextAsync();
        (await second.TextAsync()).ShouldBe(question);
        var id = question["42".Length..question.IndexOf('[', StringComparison.Ordinal)];
        await first.SendAsync($"43{id}[1,\"ignored\"]");
        await second.SendAsync($"43{id}[]");

        var answers = await asking;
        answers.IsComplete.ShouldBeTrue();
        answers.Asked.ShouldBe(2);
        answers.Answers.Select(answer => answer?.ToJsonString()).ShouldBe(["1", null], ignoreOrder: true);
    }

    [Fact]
    public async Task Whoever_goes_or_is_silent_is_not_waited_for_beyond_the_time()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        await using var goes = await RawWebSocket.JoinAsync(server.Address);
        var lost = server.Sockets.Target.EmitWithAckAsync("q");
        await goes.SendAsync("1");
        (await lost).ShouldBeEquivalentTo(new BroadcastAnswers(Array.Empty<JsonNode?>(), 1, false));

        await using var silent = await RawWebSocket.JoinAsync(server.Address);
        var late = server.Sockets.Target.Within(TimeSpan.FromSeconds(3)).EmitWithAckAsync("q");
        clock.Advance(TimeSpan.FromSeconds(4));
        (await late).IsComplete.ShouldBeFalse();
        (await server.Sockets.To("nobody").EmitWithAckAsync("q")).IsComplete.ShouldBeTrue();
    }

    private static void ByAuth(TestHub hub) => hub.Connected = socket =>
    {
        socket.Join([.. socket.Handshake.Auth["rooms"]!.AsArray().Select(room => room!.GetValue<string>())]);
        socket.Emit("ready");
        return Task.CompletedTask;
    };

    private static async Task<RawWebSocket> JoinAsync(LoopbackServer server, params string[] rooms)
    {
        var auth = new JsonObject { ["rooms"] = new JsonArray([.. rooms.Select(room => JsonValue.Create(room))]) };
        var socket = await RawWebSocket.JoinAsync(server.Address, auth: auth.ToJsonString());
        (await socket.TextAsync()).ShouldBe("42[\"ready\"]");
        return socket;
    }
}
