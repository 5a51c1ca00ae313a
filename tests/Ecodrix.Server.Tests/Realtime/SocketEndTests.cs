using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>When sockets must go, and how many there may be.</summary>
public sealed class SocketEndTests(PortServer server) : IClassFixture<PortServer>, IDisposable
{
    /// <summary>Of the contract; what Node needs to say it comes on top.</summary>
    private static readonly TimeSpan AtTheLatest = TimeSpan.FromSeconds(3);

    private readonly Tenants.Operator admin = new(server);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => admin.Dispose();

    [Fact]
    public async Task A_revoked_key_loses_its_sockets_within_two_seconds_and_those_of_its_tokens_and_no_others()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        var made = await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", new JsonObject { ["label"] = "second", ["mode"] = "live" });
        var (key, keyId) = (made.Text("apiKey"), made["key"]!.Text("keyId"));
        await using var byKey = Open(new JsonObject { ["apiKey"] = key, ["clientCode"] = tenant.Code });
        await using var byToken = Open(new JsonObject { ["token"] = await TokenAsync(tenant, key) });
        await using var other = Open(new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code });
        foreach (var one in new[] { byKey, byToken, other })
        {
            await one.NextAsync("connect", Cancelled);
        }

        var began = TimeProvider.System.GetTimestamp();
        await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}/keys/{keyId}");

        (await byKey.NextAsync("disconnect", Cancelled)).Text("reason").ShouldBe("io server disconnect");
        await byToken.NextAsync("disconnect", Cancelled);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(AtTheLatest);
        await tenant.FiredAsync(EventIntents.Event("go"));
        await other.UntilAsync(said => said.Text("name") is "event.completed", Cancelled);
        byKey.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_suspended_client_loses_its_sockets_and_gets_none_until_it_is_active_again()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        var auth = new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code };
        await using var dashboard = Open(auth);
        await dashboard.NextAsync("connect", Cancelled);

        var began = TimeProvider.System.GetTimestamp();
        await SetAsync(tenant, new JsonObject { ["status"] = "suspended" });
        await dashboard.NextAsync("disconnect", Cancelled);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(AtTheLatest);

        await using var again = Open(auth);
        var refused = await again.NextAsync("refused", Cancelled);
        (refused.Text("message"), refused["data"]!.Text("code")).ShouldBe(("UNAUTHORIZED", "CLIENT_SUSPENDED"));
        await SetAsync(tenant, new JsonObject { ["status"] = "active" });
        await using var welcome = Open(auth);
        await welcome.NextAsync("connect", Cancelled);
    }

    [Fact]
    public async Task A_client_has_as_many_sockets_as_its_limit_says_and_no_more()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await SetAsync(tenant, new JsonObject { ["limits"] = new JsonObject { ["connections"] = 1 } });
        var auth = new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code };
        var first = Open(auth);
        await first.NextAsync("connect", Cancelled);

        await using var second = Open(auth);
        (await second.NextAsync("refused", Cancelled)).Text("message").ShouldBe("QUOTA_EXCEEDED");

        await first.DisposeAsync();
        while (true)
        {
            // The server learns of the first one's end in its own time.
            await using var next = Open(auth);
            if ((await next.NextAsync("connect refused", Cancelled)).Text("kind") is "connect")
            {
                return;
            }
        }
    }

    [Fact]
    public async Task A_page_of_an_origin_that_the_client_does_not_list_is_refused_and_one_of_its_own_is_let_in()
    {
        SkipWithoutNode();
        const string Own = "https://own.example.com";
        const string Others = "https://others.example.com";
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await ListAsync(tenant, Own);
        await ListAsync(other, Others);

        foreach (var origin in new[] { Others, "https://nobody.example.com", "null" })
        {
            await using var page = Open(Auth(tenant), origin: origin);
            (await page.NextAsync("refused", Cancelled)).Text("message").ShouldBe("FORBIDDEN_ORIGIN", origin);
        }

        await using var welcome = Open(Auth(tenant), origin: Own);
        await welcome.NextAsync("connect", Cancelled);
    }

    [Theory]
    [InlineData("https://listed.example.com", true)]
    [InlineData("https://unlisted.example.com", false)]
    public async Task A_polling_handshake_of_a_page_is_answered_when_any_client_lists_its_origin(string origin, bool isAnswered)
    {
        await ListAsync(await server.CreateTenantAsync(), "https://listed.example.com");
        using var http = server.CreateAnonymousClient();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, "/socket.io/?EIO=4&transport=polling");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Headers", "x-api-key");

            using var response = await http.SendAsync(request, Cancelled);

            response.IsSuccessStatusCode.ShouldBeTrue();
            response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed).ShouldBe(isAnswered);
            allowed?.ShouldBe([origin]);
        }
    }

    [Fact]
    public async Task A_message_of_more_than_a_mebibyte_ends_its_connection()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await using var dashboard = Open(Auth(tenant));
        await dashboard.NextAsync("connect", Cancelled);

        var asking = dashboard.AskAsync("join", new string('x', (1024 * 1024) + 1), Cancelled);
        await dashboard.NextAsync("disconnect", Cancelled);

        asking.IsCompletedSuccessfully.ShouldBeFalse();
    }

    [Fact]
    public async Task Guessing_keys_is_stopped_after_twenty_attempts_of_an_address()
    {
        SkipWithoutNode();
        await using var own = await ServerFixture.StartOnAPortAsync();
        var tenant = await own.CreateTenantAsync();
        for (var attempt = 0; attempt <= 20; attempt++)
        {
            await using var guesser = NodeDashboard.Open(own.Address, Options(new JsonObject { ["token"] = "guess" }, "websocket", null));
            var refused = await guesser.NextAsync("refused", Cancelled);
            if (refused.Text("message") is "RATE_LIMITED")
            {
                attempt.ShouldBeGreaterThan(5); // The client tries again by itself.
                return;
            }
        }

        await using var late = NodeDashboard.Open(own.Address, Options(Auth(tenant), "websocket", null));
        (await late.NextAsync("refused", Cancelled)).Text("message").ShouldBe("RATE_LIMITED");
    }

    [Fact]
    public async Task The_address_of_the_sockets_answers_what_is_no_socket_as_the_protocol_says()
    {
        using var http = server.CreateAnonymousClient();

        using var none = await http.GetAsync("/socket.io/?EIO=4&transport=none", Cancelled);
        using var bare = await http.GetAsync("/socket.io", Cancelled);

        none.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await none.Content.ReadAsStringAsync(Cancelled)).ShouldBe("""{"code":0,"message":"Transport unknown"}""");
        await bare.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    private static void SkipWithoutNode() => Assert.SkipWhen(NodeDashboard.WhyUnavailable() is not null, NodeDashboard.WhyUnavailable() ?? "");

    private NodeDashboard Open(JsonObject auth, string transport = "websocket", string? origin = null) => NodeDashboard.Open(server.Address, Options(auth, transport, origin));

    private static JsonObject Options(JsonObject auth, string transport, string? origin)
    {
        var options = new JsonObject { ["auth"] = auth.DeepClone(), ["transports"] = new JsonArray(transport) };
        if (origin is not null)
        {
            options["extraHeaders"] = new JsonObject { ["Origin"] = origin };
        }

        return options;
    }

    private static JsonObject Auth(TenantClient tenant) => new() { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code };

    private static async Task ListAsync(TenantClient tenant, string origin)
    {
        using var listed = await tenant.PostAsync("/api/saas/cors", new JsonObject { ["origin"] = origin });
        await listed.ReadDataAsync(HttpStatusCode.Created);
    }

    private async Task<string> TokenAsync(TenantClient tenant, string key)
    {
        using var http = server.CreateAnonymousClient();
        http.DefaultRequestHeaders.Add("x-api-key", key);
        http.DefaultRequestHeaders.Add("x-client-code", tenant.Code);
        using var response = await http.PostAsync(RealtimeIntents.Token, new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), Cancelled);
        return (await response.ReadDataAsync())!.Text("token");
    }

    private Task<JsonNode> SetAsync(TenantClient tenant, JsonObject change) => admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", change);
}
