using System.IO.Compression;
using System.Net;
using System.Text;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>Long-polling, request by request.</summary>
public sealed class PollingTests
{
    private static void Echo(TestHub hub) => hub.Hear("message", received =>
    {
        received.Socket.Emit("message-back", [.. received.Arguments]);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_poll_is_held_until_there_is_something_and_packets_are_joined()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        var client = await PollingClient.JoinAsync(server);
        var held = client.PollAsync();
        await client.HeldAsync();

        await client.SendAsync("""42["message",1]""");
        (await held).ShouldBe("""42["message-back",1]""");

        await client.SendAsync("""42["message",2]""", """42["message",3]""");
        (await client.PollAsync()).ShouldBe("""42["message-back",2]""" + "\u001e" + """42["message-back",3]""");
    }

    [Fact]
    public async Task Binary_is_base64_behind_a_b_and_may_come_in_a_later_post()
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        var client = await PollingClient.JoinAsync(server);

        await client.SendAsync("""451-["message",{"_placeholder":true,"num":0}]""");
        await client.SendAsync("bAQIDBA==");

        (await client.PollAsync()).ShouldBe("""451-["message-back",{"_placeholder":true,"num":0}]""" + "\u001ebAQIDBA==");
    }

    [Fact]
    public async Task A_post_is_answered_ok_as_html()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.OpenAsync(server);

        using var response = await client.PostAsync("40");

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/html");
        (await response.TextAsync()).ShouldBe("ok");
    }

    [Fact]
    public async Task A_second_poll_beside_a_held_one_closes_the_session_and_the_first_is_told()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var first = client.PollAsync();
        await client.HeldAsync();

        using var second = await client.GetAsync();

        second.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await first).ShouldBe("1");
        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task A_second_post_beside_a_first_closes_the_session()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        using var gate = new SlowContent();
        var first = server.PostAsync(client.Url, gate);
        await gate.Begun;

        using var second = await client.PostAsync("3");

        second.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await client.ShouldBeGoneAsync();
        gate.Finish();
        using var dropped = await first;
    }

    [Theory]
    [InlineData("")]
    [InlineData("9")]
    [InlineData("4a\u001e")]
    [InlineData("b****")]
    [InlineData("2")]
    [InlineData("4{")]
    public async Task A_body_that_is_no_payload_closes_the_session(string body)
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var held = client.PollAsync();
        await client.HeldAsync();

        using var response = await client.PostAsync(body);

        (await held).ShouldBe("1");
        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_bodies_that_say_so_close_the_session()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var other = await PollingClient.JoinAsync(server);

        using var stream = await client.PostAsync("4x", "application/octet-stream");
        using var bytes = new ByteArrayContent([(byte)'4', 0xff, 0xfe]);
        using var response = await server.PostAsync(other.Url, bytes);

        stream.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await client.ShouldBeGoneAsync();
        await other.ShouldBeGoneAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_exactly_the_limit_passes_and_one_byte_more_is_too_large_but_closes_nothing(bool isChunked)
    {
        await using var server = await LoopbackServer.StartAsync(options => options.MaxHttpBufferSize = 10_000, main: Echo);
        var client = await PollingClient.JoinAsync(server);
        string Body(int size) => $"42[\"message\",\"{new string('é', (size - 15) / 2)}\"]".PadRight(size - ((size - 15) / 2));

        using var tooLarge = await PostAsync(server, client, Body(10_001), isChunked);
        using var largest = await PostAsync(server, client, Body(10_000), isChunked);

        tooLarge.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        largest.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PollAsync()).ShouldStartWith("42[\"message-back\",\"é");
    }

    [Fact]
    public async Task A_client_that_closes_has_its_poll_let_go_of()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.JoinAsync(server);
        var held = client.PollAsync();
        await client.HeldAsync();

        await client.SendAsync("1");

        (await held).ShouldBe("6");
        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task A_server_that_closes_says_so_in_the_next_poll_behind_what_is_queued()
    {
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Connected = socket =>
        {
            socket.Emit("bye");
            socket.Disconnect(close: true);
            return Task.CompletedTask;
        });
        var client = await PollingClient.OpenAsync(server);
        await client.SendAsync("40");

        var last = await client.PollAsync();

        last.Split('\u001e')[1..].ShouldBe(["42[\"bye\"]", "41", "1"]);
        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task A_last_word_that_nobody_fetches_is_kept_for_thirty_seconds()
    {
        var clock = new FakeTimeProvider();
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Connected = socket =>
        {
            socket.Disconnect(close: true);
            return Task.CompletedTask;
        }, clock: clock);
        var client = await PollingClient.OpenAsync(server);
        await client.SendAsync("40");
        server.Engine.Count.ShouldBe(1);

        clock.Advance(TimeSpan.FromSeconds(31));

        server.Engine.Count.ShouldBe(0);
        await client.ShouldBeGoneAsync();
    }

    [Fact]
    public async Task A_client_that_goes_away_from_a_held_poll_is_gone()
    {
        var left = new TaskCompletionSource<string>();
        await using var server = await LoopbackServer.StartAsync(main: hub => hub.Left = (_, reason) =>
        {
            left.SetResult(reason);
            return Task.CompletedTask;
        });
        var client = await PollingClient.JoinAsync(server);
        using var goAway = new CancellationTokenSource();
        var held = server.LeaveAsync(client.Url, goAway.Token);
        await client.HeldAsync();

        await goAway.CancelAsync();

        (await left.Task.SoonAsync()).ShouldBe(CloseReasons.TransportError);
        await Should.ThrowAsync<OperationCanceledException>(() => held);
        await client.ShouldBeGoneAsync();
    }

    [Theory]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip;q=0, deflate", "deflate")]
    [InlineData("br", null)]
    public async Task A_large_poll_is_compressed_as_the_client_accepts(string accepts, string? encoding)
    {
        await using var server = await LoopbackServer.StartAsync(main: Echo);
        var client = await PollingClient.JoinAsync(server);
        await client.SendAsync($"42[\"message\",\"{new string('x', 2000)}\"]");
        using var request = new HttpRequestMessage(HttpMethod.Get, client.Url);
        request.Headers.Add("Accept-Encoding", accepts);

        using var response = await server.SendAsync(request);

        response.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using Stream plain = encoding switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain, Encoding.UTF8);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe($"42[\"message-back\",\"{new string('x', 2000)}\"]");
    }

    private static async Task<HttpResponseMessage> PostAsync(LoopbackServer server, PollingClient client, string body, bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Url) { Content = new StringContent(body, Encoding.UTF8, "text/plain") };
        request.Headers.TransferEncodingChunked = isChunked;
        return await server.SendAsync(request);
    }

    /// <summary>A body whose end is long in coming.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource _finish = new();

        public Task Begun => _begun.Task;

        public void Finish() => _finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("3"u8.ToArray());
            await stream.FlushAsync();
            _begun.SetResult();
            await _finish.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
