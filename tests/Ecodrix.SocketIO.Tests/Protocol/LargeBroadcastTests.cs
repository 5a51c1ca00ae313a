using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Broadcasts to many sockets that follow each other closely share their writes.</summary>
public sealed class LargeBroadcastTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<RawWebSocket> _clients = [];
    private LoopbackServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync(clock: _clock);
        for (var count = 0; count < 120; count++)
        {
            _clients.Add(await RawWebSocket.JoinAsync(_server.Address));
        }
    }

    [Fact]
    public async Task The_first_goes_out_at_once_and_those_behind_it_together_and_in_order()
    {
        await _server.Sockets.EmitAsync("first");
        await _server.Sockets.EmitAsync("second");
        await _server.Sockets.EmitAsync("third", new byte[] { 1 });

        foreach (var client in _clients)
        {
            (await client.TextAsync()).ShouldBe("42[\"first\"]");
        }

        var next = _clients.ConvertAll(client => client.TextAsync());
        next.ShouldAllBe(text => !text.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        (await Task.WhenAll(next)).ShouldAllBe(text => text == "42[\"second\"]");
        foreach (var client in _clients)
        {
            (await client.TextAsync()).ShouldStartWith("451-[\"third\",");
            (await client.BinaryAsync()).ShouldBe([1]);
        }
    }

    [Fact]
    public async Task What_goes_to_one_socket_or_a_small_room_never_waits_and_takes_along_what_does()
    {
        await _server.Sockets.EmitAsync("first");
        await _server.Sockets.EmitAsync("second");
        await _server.Sockets.Volatile.EmitAsync("volatile");

        foreach (var socket in _server.Sockets.Of("/").Sockets)
        {
            socket.Emit("own");
        }

        foreach (var client in _clients)
        {
            (await client.TextAsync()).ShouldBe("42[\"first\"]");
            (await client.TextAsync()).ShouldBe("42[\"second\"]");
            (await client.TextAsync()).ShouldBe("42[\"volatile\"]");
            (await client.TextAsync()).ShouldBe("42[\"own\"]");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
