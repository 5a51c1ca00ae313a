using System.Text;
using CsCheck;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;
using Ecodrix.SocketIO.WebSockets;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.BadInput;

/// <summary>Clients that mean harm, or are broken: closed or refused at once, and nothing is left of them.</summary>
public sealed class HostileClientTests
{
    [Fact]
    public async Task The_largest_message_passes_and_one_byte_more_is_closed_as_too_big_before_it_has_come()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxHttpBufferSize = 10_000, main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        var largest = $"42[\"message\",\"{new string('x', 10_000 - 16)}\"]";

        await socket.SendAsync(largest);
        (await socket.TextAsync()).Length.ShouldBe(10_005);

        await socket.WriteAsync(RawWebSocket.Frame(FrameOpcode.Text, Encoding.UTF8.GetBytes(largest + "x"))[..8]);
        (await socket.ClosedAsync()).ShouldBe(1009);
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task The_limit_counts_all_fragments_of_a_message()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxHttpBufferSize = 10_000);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.FrameAsync(FrameOpcode.Text, new byte[6_000].Select(_ => (byte)'4').ToArray(), isFinal: false);
        await socket.FrameAsync(FrameOpcode.Continuation, new byte[6_000]);

        (await socket.ClosedAsync()).ShouldBe(1009);
    }

    [Theory]
    [InlineData(FrameOpcode.Text, true, false, 1002)]
    [InlineData(FrameOpcode.Continuation, true, true, 1002)]
    [InlineData(FrameOpcode.Ping, false, true, 1002)]
    [InlineData((FrameOpcode)3, true, true, 1002)]
    [InlineData((FrameOpcode)11, true, true, 1002)]
    internal async Task Frames_against_the_rules_close_with_the_rules_code(FrameOpcode opcode, bool isFinal, bool isMasked, int code)
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.FrameAsync(opcode, "3"u8.ToArray(), isFinal, isMasked);

        (await socket.ClosedAsync()).ShouldBe(code);
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Text_that_is_no_UTF8_closes_with_its_own_code()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.FrameAsync(FrameOpcode.Text, [(byte)'4', 0xc3, 0x28]);

        (await socket.ClosedAsync()).ShouldBe(1007);
    }

    [Fact]
    public async Task Tcp_ends_even_when_the_client_does_not_answer_the_close()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.SendAsync("4abc");

        await socket.ClosedAsync(answers: false);
    }

    [Fact]
    public async Task A_ping_of_the_WebSocket_itself_is_answered_also_between_fragments()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);

        await socket.FrameAsync(FrameOpcode.Text, "42[\"mes"u8.ToArray(), isFinal: false);
        await socket.FrameAsync(FrameOpcode.Ping, "hi"u8.ToArray());
        await socket.FrameAsync(FrameOpcode.Continuation, "sage\"]"u8.ToArray());

        var (opcode, payload) = await socket.NextAsync();
        (opcode, Encoding.ASCII.GetString(payload)).ShouldBe((FrameOpcode.Pong, "hi"));
        (await socket.TextAsync()).ShouldBe("42[\"message-back\"]");
    }

    [Fact]
    public async Task A_client_that_never_reads_is_dropped_as_slow_and_the_others_never_notice()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(
            options => (options.MaxQueuedBytes, options.MaxQueuedPackets) = (200_000, 1_000),
            hub => hub.Left = (_, reason) => Task.FromResult(left.TrySetResult(reason)));
        await using var deaf = await RawWebSocket.JoinAsync(server.Address);
        var slow = server.Sockets.Of("/").Sockets.Single();
        await using var quick = await RawWebSocket.JoinAsync(server.Address);
        var text = new string('x', 50_000);

        for (var count = 0; count < 1_000 && slow.IsConnected; count++)
        {
            await server.Sockets.EmitAsync("much", text);
            (await quick.TextAsync()).Length.ShouldBe(text.Length + 13);
        }

        (await left.Task.SoonAsync()).ShouldBe(CloseReasons.SlowClient);
        server.Engine.Count.ShouldBe(1);
        await deaf.EndedAsync();
    }

    [Fact]
    public async Task A_polling_client_that_stops_polling_is_dropped_when_its_queue_is_full()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxQueuedPackets = 16);
        var client = await PollingClient.JoinAsync(server);

        for (var count = 0; count < 17; count++)
        {
            await server.Sockets.EmitAsync("much");
        }

        await client.ShouldBeGoneAsync();
        server.Sockets.Of("/").Sockets.ShouldBeEmpty();
    }

    [Fact]
    public async Task Attachments_that_never_come_leave_nothing_behind_when_the_client_is_gone()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        await socket.SendAsync("4510-[\"message\",{\"_placeholder\":true,\"num\":9}]");
        await socket.SendAsync([1, 2, 3]);

        clock.Advance(TimeSpan.FromSeconds(25));
        clock.Advance(TimeSpan.FromSeconds(45));

        await socket.ClosedAsync();
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Ten_thousand_half_open_handshakes_stay_bounded_keep_nobody_out_and_go_away()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(options => options.MaxHalfOpenConnections = 500, clock: clock);
        var settled = await PollingClient.JoinAsync(server);

        // One that was pushed out before it was even answered is told so, with 400; that is for the flood to bear.
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            using var response = await server.GetAsync("/socket.io/?EIO=4&transport=polling");
        });

        server.Engine.HalfOpenCount.ShouldBe(500);
        server.Engine.Count.ShouldBe(501);
        await settled.SendAsync("40/custom");
        (await settled.PollAsync()).ShouldStartWith("40/custom");
        (await PollingClient.JoinAsync(server)).ShouldNotBeNull();

        clock.Advance(TimeSpan.FromSeconds(25));
        clock.Advance(TimeSpan.FromSeconds(21));
        await Eventually.IsTrueAsync(() => server.Engine.Count is 0);
        server.Engine.HalfOpenCount.ShouldBe(0);
        server.Server.Deadlines.Count.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Slow_handlers_hold_up_the_client_that_floods_them()
    {
        var gate = new TaskCompletionSource();
        var begun = 0;
        await using var server = await LoopbackServer.StartAsync(options => options.MaxUnhandledEvents = 10, hub => hub.Hear("slow", async _ =>
        {
            Interlocked.Increment(ref begun);
            await gate.Task;
        }));
        var client = await PollingClient.JoinAsync(server);
        await client.SendAsync([.. Enumerable.Repeat("42[\"slow\"]", 11)]);

        var flood = client.SendAsync([.. Enumerable.Repeat("42[\"slow\"]", 50)]);

        begun.ShouldBe(1);
        flood.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await flood;
        await Eventually.IsTrueAsync(() => begun is 61);
    }

    [Fact]
    public async Task A_hundred_thousand_random_frames_throw_nothing_and_leave_nothing()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxHttpBufferSize = 2_000, main: Echo);
        var frames = 0;

        await Task.Run(() => Batch.Sample(batch => Interlocked.Add(ref frames, SendAsync(server, batch).GetAwaiter().GetResult()), iter: 2_000, threads: 2), TestContext.Current.CancellationToken);

        frames.ShouldBeGreaterThanOrEqualTo(100_000);
        server.Log.Lines.ShouldBeEmpty();
        await Eventually.IsTrueAsync(() => server.Engine.Count is 0);
        server.Engine.HalfOpenCount.ShouldBe(0);
        server.Server.Find("/")!.Local.Rooms.ShouldBeEmpty();
        server.Server.Deadlines.Count.ShouldBeLessThan(500);
        await using var still = await RawWebSocket.JoinAsync(server.Address);
    }

    /// <summary>Sends the frames in one go over a fresh connection, ends it and waits until the server has ended it too.</summary>
    private static async Task<int> SendAsync(LoopbackServer server, byte[][] frames)
    {
        await using var socket = await RawWebSocket.JoinAsync(server.Address);
        try
        {
            await socket.WriteAsync([.. frames.SelectMany(frame => frame)]);
        }
        catch (IOException)
        {
            // Closed while it was still being sent to: as it should be.
        }

        socket.EndSending(); // A frame that was cut short would be waited for.
        await socket.EndedAsync();
        return frames.Length;
    }

    private static void Echo(TestHub hub) => hub.Hear("message", received =>
    {
        received.Socket.Emit("message-back", [.. received.Arguments]);
        received.Answer([.. received.Arguments]);
        return Task.CompletedTask;
    });

    private static readonly string[] Known =
    [
        "2[\"message\",1]", "21[\"message\",{\"a\":[]}]", "3", "40", "41", "40/custom,", "42/custom,[\"message\"]",
        "51-[\"message\",{\"_placeholder\":true,\"num\":0}]", "2", "6", "431[]", "1", "5", "0{}",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Int[0, Known.Length - 1].Select(at => Known[at]),
        Gen.String[0, 40],
        Gen.Char["0123456789-[]{}\",:/ae\u001eé"].Array[0, 30].Select(letters => new string(letters)));

    private static readonly Gen<byte[]> Payload = Gen.Frequency(
        (6, Piece.Select(piece => Encoding.UTF8.GetBytes("4" + piece))),
        (3, Piece.Select(Encoding.UTF8.GetBytes)),
        (1, Gen.Byte.Array[0, 60]));

    private static readonly Gen<byte[]> Frame = Gen.Frequency(
        (20, Gen.Select(Gen.Int[0, 3].Select(at => at is 0 ? FrameOpcode.Binary : FrameOpcode.Text), Payload, (opcode, payload) => RawWebSocket.Frame(opcode, payload))),
        (2, Gen.Select(Gen.Int[0, 15], Gen.Bool, Gen.Bool, Payload, (opcode, isFinal, isMasked, payload) => RawWebSocket.Frame((FrameOpcode)opcode, payload, isFinal, isMasked))),
        (1, Gen.Byte.Array[0, 20]));

    /// <summary>Well-behaved frames mostly, or a connection would never see the second one.</summary>
    private static readonly Gen<byte[][]> Batch = Frame.Array[50, 60];
}
