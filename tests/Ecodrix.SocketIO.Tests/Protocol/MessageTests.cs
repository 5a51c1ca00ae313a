using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Events, answers and binary, both ways.</summary>
public sealed class MessageTests
{
    private static void Echo(TestHub hub)
    {
        hub.Hear("message", received =>
        {
            received.Socket.Emit("message-back", [.. received.Arguments]);
            return Task.CompletedTask;
        });
        hub.Hear("ask", received =>
        {
            received.Answer([.. received.Arguments]);
            received.Answer("a second answer");
            return Task.CompletedTask;
        });
        hub.HearTyped("double", (Socket _, int number) => Task.FromResult(number * 2));
    }

    [Theory]
    [InlineData("420[\"ask\"]", "430[]")]
    [InlineData("42456[\"ask\",1,\"2\",{\"3\":[false]}]", "43456[1,\"2\",{\"3\":[false]}]")]
    [InlineData("421[\"double\",21]", "431[42]")]
    [InlineData("4218446744073709551615[\"ask\"]", "4318446744073709551615[]")]
    [InlineData("42[\"message\",\"é😀\\u2028<&'\\\"\"]", "42[\"message-back\",\"é😀\u2028<&'\\\"\"]")]
    public async Task An_answer_carries_the_askers_id_and_comes_once(string asked, string answer)
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync(asked);
        await socket.SendAsync("42[\"message\",\"end\"]");

        (await socket.TextAsync()).ShouldBe(answer);
        (await socket.TextAsync()).ShouldBe("42[\"message-back\",\"end\"]");
    }

    [Fact]
    public async Task What_does_not_fit_a_typed_handler_is_passed_over()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("421[\"double\",\"x\"]");
        await socket.SendAsync("422[\"double\"]");
        await socket.SendAsync("423[\"nobody hears this\"]");
        await socket.SendAsync("424[\"double\",4]");

        (await socket.TextAsync()).ShouldBe("434[8]");
        server.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_server_asks_from_id_zero_and_an_unknown_answer_is_no_error()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        var asked = Only(server).EmitWithAckAsync("question", TimeSpan.FromSeconds(10), 1);

        (await socket.TextAsync()).ShouldBe("420[\"question\",1]");
        await socket.SendAsync("4399[]");
        await socket.SendAsync("430[\"yes\",2]");

        var answer = (await asked).ShouldBeOfType<SocketAnswer.Answered>();
        answer.Arguments.Count.ShouldBe(2);
        answer.Arguments.TryGet<int>(1, out var second).ShouldBeTrue();
        second.ShouldBe(2);
        await socket.SendAsync("430[]");
        await socket.SendAsync("420[\"ask\"]");
        (await socket.TextAsync()).ShouldBe("430[]");
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_given_up_and_one_of_a_client_that_went_is_too()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        var late = Only(server).EmitWithAckAsync("question", TimeSpan.FromSeconds(5));
        var lost = Only(server).EmitWithAckAsync("question", TimeSpan.FromSeconds(50));

        clock.Advance(TimeSpan.FromSeconds(4.9));
        late.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.2));
        (await late).ShouldBeOfType<SocketAnswer.TimedOut>();

        await socket.SendAsync("1");
        (await lost).ShouldBeOfType<SocketAnswer.Gone>();
    }

    [Fact]
    public async Task Binary_comes_back_in_order_with_nothing_in_between_and_an_answer_is_binary_only_when_it_has_some()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("""452-7["ask",{"b":[{"_placeholder":true,"num":1}],"a":{"_placeholder":true,"num":0}}]""");
        await socket.SendAsync([1, 2, 3]);
        await socket.SendAsync([4]);

        (await socket.TextAsync()).ShouldBe("""462-7[{"b":[{"_placeholder":true,"num":0}],"a":{"_placeholder":true,"num":1}}]""");
        (await socket.BinaryAsync()).ShouldBe([4]);
        (await socket.BinaryAsync()).ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData("452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", "42[\"message\"]")]
    [InlineData("451-[\"message\",{\"_placeholder\":true,\"num\":1}]", null)]
    [InlineData(null, null)]
    public async Task Binary_out_of_place_closes_the_connection(string? text, string? instead)
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        if (text is not null)
        {
            await socket.SendAsync(text);
        }

        await (instead is null ? socket.SendAsync([1]) : socket.SendAsync(instead));

        await socket.ClosedAsync();
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Many_senders_at_once_never_part_a_packet_from_its_attachments()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await Parallel.ForEachAsync(Enumerable.Range(0, 200), async (number, _) =>
            await server.Sockets.EmitAsync("part", number, new byte[] { (byte)number }, new JsonObject { ["in"] = BinaryNode.Of([(byte)number, 1]) }));

        var numbers = new List<int>();
        for (var count = 0; count < 200; count++)
        {
            var packet = JsonNode.Parse((await socket.TextAsync())["452-".Length..])!;
            var number = packet[1]!.GetValue<int>();
            numbers.Add(number);
            (await socket.BinaryAsync()).ShouldBe([(byte)number]);
            (await socket.BinaryAsync()).ShouldBe([(byte)number, 1]);
        }

        numbers.Order().ShouldBe(Enumerable.Range(0, 200));
    }

    [Fact]
    public async Task A_server_may_not_send_the_protocols_own_names()
    {
        await using var server = await LoopbackServer.StartAsync();

        Should.Throw<ArgumentException>(() => server.Sockets.EmitAsync("disconnect").AsTask());
    }

    private static Socket Only(LoopbackServer server) => server.Sockets.Of("/").Sockets.Single();
}
