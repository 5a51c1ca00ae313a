using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>What leaves over WebSocket while the network takes it, and while it does not.</summary>
public sealed class WritingTests
{
    [Fact]
    public async Task Volatile_is_dropped_while_a_write_is_under_way_and_what_is_not_volatile_arrives()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxQueuedBytes = 100_000_000);
        await using var client = await RawWebSocket.JoinAsync(server.Address);
        var socket = server.Sockets.Of("/").Sockets.Single();
        var large = new string('x', 900_000);

        // More than the network's buffers take, however they grow: the client reads nothing.
        const int sent = 60;
        for (var number = 0; number < sent; number++)
        {
            socket.Emit("large", large);
        }

        socket.Client.Connection.Transport.IsWritable.ShouldBeFalse();
        socket.EmitVolatile("lost");
        await server.Sockets.Volatile.EmitAsync("lost, too");
        socket.Emit("kept");

        for (var number = 0; number < sent; number++)
        {
            (await client.TextAsync()).Length.ShouldBe("""42["large",""]""".Length + large.Length);
        }

        (await client.TextAsync()).ShouldBe("""42["kept"]""");
        await Eventually.IsTrueAsync(() => socket.Client.Connection.Transport.IsWritable);
        socket.EmitVolatile("in time");
        (await client.TextAsync()).ShouldBe("""42["in time"]""");
    }

    [Fact]
    public async Task Compression_of_messages_is_offered_by_the_client_and_not_taken()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var client = await RawWebSocket.ConnectAsync(server.Address, headers: "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");

        client.Status.ShouldBe("101");
        client.Head.ShouldNotContain("Extensions", Case.Insensitive);
        (await client.OpenAsync())["sid"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_version_of_WebSocket_is_refused()
    {
        await using var server = await LoopbackServer.StartAsync();

        // The header comes twice, and so is none that is known.
        await using var client = await RawWebSocket.ConnectAsync(server.Address, headers: "Sec-WebSocket-Version: 8\r\n");

        client.Status.ShouldBe("400");
        (await client.BodyAsync()).ShouldBe("Bad request");
    }

    [Fact]
    public async Task A_hundred_small_events_in_a_row_arrive_whole_in_order_and_as_frames_of_their_own()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var client = await RawWebSocket.JoinAsync(server.Address);
        var socket = server.Sockets.Of("/").Sockets.Single();

        await Parallel.ForAsync(0, 4, TestContext.Current.CancellationToken, (writer, _) =>
        {
            for (var number = 0; number < 250; number++)
            {
                socket.Emit("n", writer, number, number % 10 == 0 ? new byte[] { (byte)writer } : null);
            }

            return ValueTask.CompletedTask;
        });

        var next = new int[4];
        for (var message = 0; message < 1_000; message++)
        {
            var text = await client.TextAsync();
            var numbers = text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..].Split(',');
            var writer = int.Parse(numbers[0], System.Globalization.CultureInfo.InvariantCulture);
            int.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(next[writer]++);
            if (text.StartsWith("451-", StringComparison.Ordinal))
            {
                (await client.BinaryAsync()).ShouldBe([(byte)writer]);
            }
        }

        next.ShouldBe([250, 250, 250, 250]);
    }
}
