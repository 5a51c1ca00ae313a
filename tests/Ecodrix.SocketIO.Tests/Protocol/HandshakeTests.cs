using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>How a connection begins, and how it is refused.</summary>
public sealed class HandshakeTests
{
    private const string UnknownTransport = """{"code":0,"message":"Transport unknown"}""";
    private const string BadMethod = """{"code":2,"message":"Bad handshake method"}""";
    private const string BadRequest = """{"code":3,"message":"Bad request"}""";
    private const string BadVersion = """{"code":5,"message":"Unsupported protocol version"}""";

    [Fact]
    public async Task The_open_packet_has_these_five_members_in_this_order()
    {
        await using var server = await LoopbackServer.StartAsync();

        using var response = await server.GetAsync("/socket.io/?EIO=4&transport=polling");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.GetValues("Content-Type").Single().ShouldBe("text/plain; charset=UTF-8");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var body = await response.TextAsync();
        response.Content.Headers.ContentLength.ShouldBe(body.Length);
        var id = JsonNode.Parse(body[1..])!["sid"]!.GetValue<string>();
        id.Length.ShouldBe(20);
        id.ShouldAllBe(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-' || letter == '_');
        body.ShouldBe($$"""0{"sid":"{{id}}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""");
    }

    [Fact]
    public async Task Over_WebSocket_there_is_nothing_to_upgrade_to()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);

        socket.Status.ShouldBe("101");
        socket.Head.ShouldContain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        (await socket.OpenAsync())["upgrades"]!.ToJsonString().ShouldBe("[]");
    }

    [Theory]
    [InlineData("GET", "?transport=polling", BadVersion)]
    [InlineData("GET", "?EIO=3&transport=polling", BadVersion)]
    [InlineData("GET", "?EIO=4x&transport=polling", BadVersion)]
    [InlineData("GET", "?EIO=4", UnknownTransport)]
    [InlineData("GET", "?transport=webtransport", UnknownTransport)]
    [InlineData("GET", "?EIO=4&transport=polling&transport=polling", UnknownTransport)]
    [InlineData("POST", "?EIO=4&transport=polling", BadMethod)]
    [InlineData("PUT", "?transport=polling", BadMethod)]
    [InlineData("OPTIONS", "?EIO=4&transport=polling", BadMethod)]
    [InlineData("GET", "?EIO=4&transport=websocket", BadRequest)]
    [InlineData("GET", "?EIO=4&transport=polling&sid=__proto__", """{"code":1,"message":"Session ID unknown"}""")]
    [InlineData("POST", "?EIO=3&transport=polling&sid=unknown", """{"code":1,"message":"Session ID unknown"}""")]
    public async Task A_wrong_handshake_is_told_what_is_wrong_in_the_protocols_order(string method, string query, string error)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/socket.io/" + query);

        using var response = await server.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        (await response.TextAsync()).ShouldBe(error);
        server.Engine.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_known_session_keeps_its_version_and_its_methods()
    {
        await using var server = await LoopbackServer.StartAsync();
        var client = await PollingClient.OpenAsync(server);

        using var otherVersion = await server.GetAsync(client.Url.Replace("EIO=4", "EIO=3", StringComparison.Ordinal));
        using var put = await server.PutAsync(client.Url, null);

        (await otherVersion.TextAsync()).ShouldBe(BadRequest);
        put.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await client.SendAsync("40");
    }

    [Fact]
    public async Task A_refused_WebSocket_is_told_so_in_plain_words_and_closed()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.AllowRequest = _ => ValueTask.FromResult<string?>("not you"));

        foreach (var (query, words) in ((string, string)[])[
            ("?EIO=4", "Transport unknown"), ("?EIO=4&transport=websocket", "not you"), ("?EIO=4&transport=websocket&sid=x", "Session ID unknown"), ("?EIO=4&transport=polling", "Bad request")])
        {
            await using var socket = await RawWebSocket.ConnectAsync(server.Address, "/socket.io/" + query);
            socket.Status.ShouldBe("400");
            socket.Head.ShouldContain("Connection: close");
            (await socket.BodyAsync()).ShouldBe(words);
        }
    }

    [Fact]
    public async Task The_hook_refuses_polling_with_its_own_words_before_the_version_is_looked_at()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.AllowRequest = context =>
            ValueTask.FromResult<string?>(context.Request.Headers.ContainsKey("x-key") ? null : "no \"key\""));

        using var response = await server.GetAsync("/socket.io/?EIO=3&transport=polling");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.TextAsync()).ShouldBe("""{"code":4,"message":"no \"key\""}""");
        await using var socket = await RawWebSocket.ConnectAsync(server.Address, headers: "x-key: 1\r\n");
        socket.Status.ShouldBe("101");
    }

    [Fact]
    public async Task An_origin_that_no_header_may_hold_is_a_bad_request()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
        request.Headers.TryAddWithoutValidation("Origin", "http://ex\u20acmple.com");
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = server.Address };

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        (await response.TextAsync()).ShouldBe(BadRequest);
    }

    [Theory]
    [InlineData("/socket.io?EIO=4&transport=polling", HttpStatusCode.NotFound)]
    [InlineData("/socket.io/deeper?EIO=4&transport=polling", HttpStatusCode.OK)]
    [InlineData("/socket.io/?EIO=4&transport=polling&t=abc", HttpStatusCode.OK)]
    public async Task The_slash_is_part_of_the_path_and_the_rest_is_not(string path, HttpStatusCode status)
    {
        await using var server = await LoopbackServer.StartAsync();

        using var response = await server.GetAsync(path);

        response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_refusal_can_be_read_across_origins_and_a_preflight_never_reaches_the_protocol()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.Cors = new SocketCors());
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/socket.io/?transport=nonsense");
        preflight.Headers.Add("Access-Control-Request-Headers", "x-api-key");

        using var refused = await server.GetAsync("/socket.io/?transport=nonsense");
        using var answer = await server.SendAsync(preflight);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["x-api-key"]);
    }

    [Theory]
    [InlineData("https://good.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task With_credentials_the_origin_is_named_and_the_answer_varies(string origin, bool isAllowed)
    {
        await using var server = await LoopbackServer.StartAsync(options =>
            options.Cors = new SocketCors { AllowOrigin = from => from is "https://good.example", AllowCredentials = true });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
        request.Headers.Add("Origin", origin);

        using var response = await server.SendAsync(request);

        response.Headers.Vary.ShouldContain(name => name == "Origin");
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed).ShouldBe(isAllowed);
        allowed?.ShouldBe([origin]);
        response.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeTrue();
    }

    [Fact]
    public async Task A_cookie_carries_the_id_where_one_is_named()
    {
        await using var server = await LoopbackServer.StartAsync(options => options.CookieName = "io");

        using var response = await server.GetAsync("/socket.io/?EIO=4&transport=polling");

        var id = JsonNode.Parse((await response.TextAsync())[1..])!["sid"];
        response.Headers.GetValues("Set-Cookie").Single().ShouldStartWith($"io={id}; path=/;");
    }
}
