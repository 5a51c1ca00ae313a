using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>What a hub learns of the request that a socket began with, for as long as the socket lives.</summary>
public sealed class HandshakeViewTests
{
    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task The_first_requests_headers_query_address_and_time_are_known_and_stay_known(string transport)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        await using var server = await LoopbackServer.StartAsync(clock: clock);
        await using var client = await JoinedAsync(server, transport);
        clock.Advance(TimeSpan.FromSeconds(3));

        var socket = server.Sockets.Of("/").Sockets.Single();
        var handshake = socket.Handshake;

        handshake.Headers["USER-AGENT"].ShouldBe("tests");
        handshake.Headers["x-twice"].Replace(" ", "", StringComparison.Ordinal).ShouldBe("1,2");
        handshake.Query["name"].ShouldBe("Asha Rao");
        handshake.Query["transport"].ShouldBe(transport);
        handshake.Url.ShouldStartWith("/socket.io/?EIO=4");
        handshake.Url.ShouldContain("name=Asha%20Rao");
        handshake.Address.ShouldBe("127.0.0.1");
        handshake.Issued.ShouldBe(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        (handshake.IsSecure, handshake.IsCrossDomain).ShouldBe((false, true));
        handshake.Auth.ToJsonString().ShouldBe("""{"token":"t"}""");
        (socket.Transport, socket.Namespace, socket.IsConnected, socket.IsRecovered).ShouldBe((transport, "/", true, false));
        socket.User.Identity!.IsAuthenticated.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_sends_no_auth_has_an_empty_one_and_who_comes_from_no_page_is_not_cross_domain()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var client = await RawWebSocket.JoinAsync(server.Address);

        var handshake = server.Sockets.Of("/").Sockets.Single().Handshake;

        handshake.Auth.ShouldBeEmpty();
        handshake.IsCrossDomain.ShouldBeFalse();
    }

    [Fact]
    public async Task A_socket_that_has_left_still_tells_who_it_was()
    {
        var left = new TaskCompletionSource<(string Name, string Agent, string Reason)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Left = (socket, reason) =>
        {
            left.SetResult((socket.Handshake.Query["name"], socket.Handshake.Headers["User-Agent"], reason));
            return Task.CompletedTask;
        });

        await using (await JoinedAsync(server, "websocket"))
        {
            // It goes at once.
        }

        (await left.Task.SoonAsync()).ShouldBe(("Asha Rao", "tests", "transport close"));
    }

    [Fact]
    public async Task Each_namespace_has_its_own_auth_and_its_own_socket_on_the_one_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var client = await RawWebSocket.JoinAsync(server.Address, auth: """{"a":1}""");
        await client.SendAsync("""40/custom,{"b":2}""");
        (await client.TextAsync()).ShouldStartWith("40/custom,{");

        var main = server.Sockets.Of("/").Sockets.Single();
        var custom = server.Sockets.Of("/custom").Sockets.Single();

        main.Handshake.Auth.ToJsonString().ShouldBe("""{"a":1}""");
        custom.Handshake.Auth.ToJsonString().ShouldBe("""{"b":2}""");
        string.Equals(main.Id, custom.Id, StringComparison.Ordinal).ShouldBeFalse();
        main.Handshake.Query["EIO"].ShouldBe(custom.Handshake.Query["EIO"]);
    }

    [Fact]
    public async Task The_sockets_id_is_public_and_opens_no_session()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var id = server.Sockets.Of("/").Sockets.Single().Id;
        string.Equals(id, client.Id, StringComparison.Ordinal).ShouldBeFalse();

        foreach (var guess in new[] { id, client.Id.ToUpperInvariant() + "x", client.Id[..19], client.Id + " ", "constructor" })
        {
            using var response = await server.GetAsync($"/socket.io/?EIO=4&transport=polling&sid={Uri.EscapeDataString(guess)}");

            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, guess);
            (await response.TextAsync()).ShouldBe("""{"code":1,"message":"Session ID unknown"}""");
        }
    }

    private static async Task<IAsyncDisposable> JoinedAsync(LoopbackServer server, string transport)
    {
        const string Query = "name=Asha%20Rao";
        if (transport is "websocket")
        {
            var socket = await RawWebSocket.ConnectAsync(
                server.Address, $"/socket.io/?EIO=4&transport=websocket&{Query}", "User-Agent: tests\r\nx-twice: 1\r\nX-Twice: 2\r\nOrigin: https://page.example.com\r\n");
            await socket.OpenAsync();
            await socket.SendAsync("""40{"token":"t"}""");
            (await socket.TextAsync()).ShouldStartWith("40");
            return socket;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/socket.io/?EIO=4&transport=polling&{Query}", UriKind.Relative));
        request.Headers.UserAgent.ParseAdd("tests");
        request.Headers.Add("x-twice", ["1", "2"]);
        request.Headers.Add("Origin", "https://page.example.com");
        using var opened = await server.SendAsync(request);
        var client = new PollingClient(server, JsonNode.Parse((await opened.TextAsync())[1..])!["sid"]!.GetValue<string>());
        await client.SendAsync("""40{"token":"t"}""");
        (await client.PollAsync()).ShouldStartWith("40");
        return new MemoryStream();
    }
}
