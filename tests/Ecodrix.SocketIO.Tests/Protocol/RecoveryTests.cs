using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Clients that come back with their rooms, their data and what they missed.</summary>
public sealed class RecoveryTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Who_comes_back_gets_what_it_missed_before_the_reply_and_is_who_it_was()
    {
        await using var server = await StartAsync();
        var (socket, sid, pid) = await JoinAsync(server);
        server.Sockets.Of("/").Sockets.Single().Data["n"] = 5;
        await server.Sockets.To("room").EmitAsync("first");
        var offset = Offset(await socket.TextAsync());
        await LoseAsync(server, socket);

        await server.Sockets.To("room").EmitAsync("missed", 1);
        await server.Sockets.To("other").EmitAsync("not for it");
        await server.Sockets.Except("room").EmitAsync("not for it");
        await server.Sockets.To(sid).EmitAsync("missed", new byte[] { 7 });
        await server.Sockets.Volatile.EmitAsync("volatile");
        await using var back = await ReturnAsync(server, pid, offset);

        (await back.TextAsync()).ShouldStartWith("42[\"missed\",1,\"");
        (await back.TextAsync()).ShouldStartWith("451-[\"missed\",{\"_placeholder\":true,\"num\":0},\"");
        (await back.BinaryAsync()).ShouldBe([7]);
        (await back.TextAsync()).ShouldBe($$"""40{"sid":"{{sid}}","pid":"{{pid}}"}""");
        var recovered = server.Sockets.Of("/").Sockets.Single();
        recovered.IsRecovered.ShouldBeTrue();
        recovered.Rooms.ShouldBe([sid, "room"]);
        recovered.Data["n"]!.GetValue<int>().ShouldBe(5);
        await server.Sockets.To("room").EmitAsync("live");
        (await back.TextAsync()).ShouldStartWith("42[\"live\",\"");
    }

    [Fact]
    public async Task A_secret_works_once()
    {
        await using var server = await StartAsync();
        var (socket, sid, pid) = await JoinAsync(server);
        await server.Sockets.EmitAsync("first");
        var offset = Offset(await socket.TextAsync());
        await LoseAsync(server, socket);

        await using var back = await ReturnAsync(server, pid, offset);
        await using var thief = await ReturnAsync(server, pid, offset);

        (await back.TextAsync()).ShouldContain(sid);
        (await thief.TextAsync()).ShouldNotContain(sid);
    }

    [Fact]
    public async Task Every_event_without_an_answer_carries_an_offset_a_plain_emit_too_and_no_other_does()
    {
        await using var server = await StartAsync();
        var (socket, _, _) = await JoinAsync(server);
        var own = server.Sockets.Of("/").Sockets.Single();

        own.Emit("plain", 1);
        own.EmitVolatile("volatile");
        _ = own.EmitWithAckAsync("asked", TimeSpan.FromSeconds(1));

        JsonNode.Parse((await socket.TextAsync())[2..])!.AsArray().Count.ShouldBe(3);
        (await socket.TextAsync()).ShouldBe("42[\"volatile\"]");
        (await socket.TextAsync()).ShouldBe("420[\"asked\"]");
        await socket.DisposeAsync();
    }

    [Theory]
    [InlineData("41")]
    [InlineData("server")]
    [InlineData("late")]
    [InlineData("no offset")]
    [InlineData("foreign offset")]
    [InlineData("foreign secret")]
    [InlineData("odd types")]
    public async Task Who_left_on_purpose_comes_too_late_or_does_not_know_the_offset_starts_anew_silently(string how)
    {
        await using var server = await StartAsync();
        var (socket, sid, pid) = await JoinAsync(server);
        await server.Sockets.EmitAsync("first");
        var offset = Offset(await socket.TextAsync());
        switch (how)
        {
            case "41":
                await socket.SendAsync("41");
                break;
            case "server":
                await server.Sockets.Target.DisconnectAsync();
                break;
        }

        await LoseAsync(server, socket);
        if (how is "late")
        {
            _clock.Advance(TimeSpan.FromSeconds(121));
        }

        var auth = how switch
        {
            "no offset" => $$"""{"pid":"{{pid}}"}""",
            "foreign offset" => $$"""{"pid":"{{pid}}","offset":"x-1"}""",
            "foreign secret" => $$"""{"pid":"{{sid}}","offset":"{{offset}}"}""",
            "odd types" => """{"pid":1,"offset":[]}""",
            _ => $$"""{"pid":"{{pid}}","offset":"{{offset}}"}""",
        };
        await using var back = await RawWebSocket.ConnectAsync(server.Address);
        await back.OpenAsync();
        await back.SendAsync("40" + auth);

        var reply = await back.TextAsync();
        reply.ShouldStartWith("40{\"sid\":\"");
        reply.ShouldNotContain(sid);
        reply.ShouldNotContain(pid);
        server.Sockets.Of("/").Sockets.Single().IsRecovered.ShouldBeFalse();
    }

    [Fact]
    public async Task Middlewares_are_skipped_unless_told_otherwise()
    {
        foreach (var skips in (bool[])[true, false])
        {
            var asked = 0;
            await using var server = await StartAsync(skips, () => asked++);
            var (socket, _, pid) = await JoinAsync(server);
            await server.Sockets.EmitAsync("first");
            var offset = Offset(await socket.TextAsync());
            await LoseAsync(server, socket);

            await using var back = await ReturnAsync(server, pid, offset);

            (await back.TextAsync()).ShouldStartWith("40{");
            asked.ShouldBe(skips ? 1 : 2);
        }
    }

    [Fact]
    public async Task What_is_kept_goes_when_its_time_is_over_or_there_is_too_much()
    {
        await using var server = await StartAsync(keptBytes: 1_000);
        var (socket, sid, pid) = await JoinAsync(server);
        await server.Sockets.EmitAsync("first");
        var offset = Offset(await socket.TextAsync());
        await LoseAsync(server, socket);
        for (var count = 0; count < 20; count++)
        {
            await server.Sockets.EmitAsync("much", new string('x', 100));
        }

        await using var back = await ReturnAsync(server, pid, offset);

        (await back.TextAsync()).ShouldNotContain(sid);
        var before = server.Server.Deadlines.Count;
        _clock.Advance(TimeSpan.FromMinutes(2));
        _clock.Advance(TimeSpan.FromMinutes(2));
        server.Server.Find("/")!.Recovery!.Kept.ShouldBe(0);
        server.Server.Deadlines.Count.ShouldBeLessThan(before + 1);
    }

    private Task<LoopbackServer> StartAsync(bool skips = true, Action? asked = null, long keptBytes = 1_000_000) => LoopbackServer.StartAsync(
        options =>
        {
            options.PingInterval = TimeSpan.FromMinutes(50);
            options.Recovery = new RecoveryOptions { SkipMiddlewares = skips, MaxKeptBytes = keptBytes };
        },
        hub =>
        {
            hub.Check(_ =>
            {
                asked?.Invoke();
                return ValueTask.FromResult<ConnectRefusal?>(null);
            });
            hub.Connected = socket =>
            {
                socket.Join("room");
                return Task.CompletedTask;
            };
        },
        clock: _clock);

    private static async Task<(RawWebSocket Socket, string Sid, string Pid)> JoinAsync(LoopbackServer server)
    {
        var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();
        await socket.SendAsync("40");
        var reply = JsonNode.Parse((await socket.TextAsync())[2..])!;
        await Eventually.IsTrueAsync(() => server.Sockets.Of("/").Sockets is [{ Rooms.Count: 2 }]);
        return (socket, reply["sid"]!.GetValue<string>(), reply["pid"]!.GetValue<string>());
    }

    private static async Task<RawWebSocket> ReturnAsync(LoopbackServer server, string pid, string offset)
    {
        var socket = await RawWebSocket.ConnectAsync(server.Address);
        await socket.OpenAsync();
        await socket.SendAsync($$"""40{"pid":"{{pid}}","offset":"{{offset}}"}""");
        return socket;
    }

    private static string Offset(string packet) => JsonNode.Parse(packet[2..])!.AsArray()[^1]!.GetValue<string>();

    private static async Task LoseAsync(LoopbackServer server, RawWebSocket socket)
    {
        await socket.DisposeAsync();
        await Eventually.IsTrueAsync(() => server.Engine.Count is 0);
    }
}
