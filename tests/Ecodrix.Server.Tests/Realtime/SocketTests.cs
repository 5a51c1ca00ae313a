using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>A server on a port, for dashboards with the stock client.</summary>
public sealed class PortServer : ServerFixture
{
    public PortServer() => OnAPort();
}

/// <summary>The stock client of npm against the server: who is let in, and what it sees.</summary>
public sealed class SocketTests(PortServer server) : IClassFixture<PortServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    [InlineData("polling,websocket")]
    public async Task A_dashboard_with_a_key_sees_a_run_step_by_step_with_its_numbers(string transports)
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "add_tag", "config": { "tag": "hot" } }"""));
        await using var dashboard = Open(Auth(tenant), transports);
        await dashboard.NextAsync("connect", Cancelled);

        await tenant.FiredAsync(EventIntents.Event("go"));
        await dashboard.UntilAsync(said => Name(said) is "event.completed", Cancelled);

        dashboard.Events.Select(Name).ShouldBe(["crm.lead_created", "event.received", "run.started", "crm.lead_updated", "run.step", "run.completed", "event.completed"]);
        dashboard.Events.Select(said => said["args"]![0]!["seq"]!.GetValue<long>()).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
        dashboard.Events.ShouldAllBe(said => said["args"]![0]!["at"] != null);
        var told = await tenant.ToldAsync();
        told.Select(entry => entry["data"]!.ToJsonString()).ShouldBe(dashboard.Events.Select(said => said["args"]![0]!.ToJsonString()));
    }

    [Fact]
    public async Task A_token_a_key_in_headers_and_a_key_as_auth_open_the_same()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        JsonObject headers = new() { ["extraHeaders"] = new JsonObject { ["x-api-key"] = tenant.LiveKey, ["x-client-code"] = tenant.Code.ToLowerInvariant() } };
        JsonObject token = new() { ["auth"] = new JsonObject { ["token"] = await tenant.WatchAsync() } };
        foreach (var options in new[] { headers, token, Auth(tenant) })
        {
            await using var dashboard = Open(options, "polling,websocket");
            await dashboard.NextAsync("connect", Cancelled);
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"apiKey":"erix_live_0000000000000000000000000000000000000000","clientCode":"CODE"}""")]
    [InlineData("""{"apiKey":"KEY"}""")]
    [InlineData("""{"apiKey":"KEY","clientCode":"OTHER"}""")]
    [InlineData("""{"apiKey":["KEY"],"clientCode":"CODE"}""")]
    [InlineData("""{"apiKey":{"$ne":null},"clientCode":{"$ne":null}}""")]
    [InlineData("""{"token":"erix_rt_0000000000000000000000000000000000000000"}""")]
    [InlineData("""{"token":null,"apiKey":"KEY","clientCode":"CODE"}""")]
    [InlineData("""{"token":17}""")]
    [InlineData("""{"token":"TOKEN","clientCode":"OTHER"}""")]
    public async Task Whatever_is_wrong_with_the_credentials_is_refused_alike(string auth)
    {
        SkipWithoutNode();
        await using var own = await ServerFixture.StartOnAPortAsync();
        var tenant = await own.CreateTenantAsync();
        var token = await tenant.WatchAsync();
        auth = auth.Replace("KEY", tenant.LiveKey, StringComparison.Ordinal).Replace("CODE", tenant.Code, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal);
        await using var dashboard = NodeDashboard.Open(own.Address, Options(new JsonObject { ["auth"] = JsonNode.Parse(auth) }, "websocket"));

        var refused = await dashboard.NextAsync("refused", Cancelled);

        (refused.Text("message"), refused["data"]!.Text("code")).ShouldBe(("UNAUTHORIZED", "UNAUTHORIZED"));
    }

    [Fact]
    public async Task A_key_opens_a_socket_with_the_scope_realtime_alone()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await using var refused = Open(await ScopedAsync(tenant, "crm:read"), "websocket");
        await using var welcome = Open(await ScopedAsync(tenant, "realtime"), "websocket");

        var why = await refused.NextAsync("refused", Cancelled);
        await welcome.NextAsync("connect", Cancelled);

        (why.Text("message"), why["data"]!.Text("code"), why["data"]!.Text("message")).ShouldBe(("UNAUTHORIZED", "FORBIDDEN", "The key lacks the scope realtime."));
    }

    [Fact]
    public async Task Nobody_sees_what_another_tenant_or_the_other_mode_is_told_whatever_rooms_it_asks_for()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await using var stranger = Open(Auth(other), "websocket");
        await using var twin = Open(new JsonObject { ["auth"] = new JsonObject { ["apiKey"] = tenant.TestKey, ["clientCode"] = tenant.Code } }, "websocket");
        await using var owner = Open(Auth(tenant), "websocket");
        foreach (var one in new[] { stranger, twin, owner })
        {
            await one.NextAsync("connect", Cancelled);
        }

        var lead = (await tenant.FiredAsync(EventIntents.Event("go"))).Text("leadId");
        (await stranger.AskAsync("join", tenant.Code, Cancelled))!["success"]!.GetValue<bool>().ShouldBeFalse();
        (await stranger.AskAsync("join-room", $"tenant:{tenant.Code}", Cancelled))!["success"]!.GetValue<bool>().ShouldBeFalse();
        (await stranger.AskAsync("subscribe", Rooms($"lead:{lead}"), Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        (await stranger.AskAsync("subscribe", Rooms($"tenant:{tenant.Code}"), Cancelled))!["success"]!.GetValue<bool>().ShouldBeFalse();
        using var changed = await tenant.PatchAsync($"/api/crm/leads/{lead}", new JsonObject { ["lastName"] = "Rao" });
        await owner.UntilAsync(said => Name(said) is "crm.lead_updated", Cancelled);
        await other.FiredAsync(EventIntents.Event("go"));
        await stranger.UntilAsync(said => Name(said) is "event.completed", Cancelled);

        stranger.Events.Select(said => said["args"]![0]!["seq"]!.GetValue<long>()).ShouldBe([1, 2, 3]);
        stranger.Events.ShouldAllBe(said => !said.ToJsonString(null).Contains(lead, StringComparison.Ordinal));
        twin.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Older_dashboards_join_their_own_code_and_newer_ones_narrower_rooms()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await using var dashboard = Open(Auth(tenant), "websocket");
        await dashboard.NextAsync("connect", Cancelled);
        (await dashboard.AskAsync("join", tenant.Code.ToLowerInvariant(), Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        (await dashboard.AskAsync("join-room", new JsonObject { ["clientCode"] = tenant.Code }, Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        var first = (await tenant.FiredAsync(EventIntents.Event("go"))).Text("leadId");
        var second = (await tenant.FiredAsync(EventIntents.Event("go"))).Text("leadId");

        (await dashboard.AskAsync("subscribe", Rooms($"lead:{first}"), Cancelled))!.ToJsonString().ShouldBe($$"""{"success":true,"rooms":["lead:{{first}}"]}""");
        await ChangeAsync(tenant, second);
        await ChangeAsync(tenant, first);
        await dashboard.UntilAsync(said => IsChangeOf(said, first), Cancelled);
        dashboard.Events.Count(said => IsChangeOf(said, first)).ShouldBe(1); // In two of its rooms, and told once.
        dashboard.Events.Count(said => IsChangeOf(said, second)).ShouldBe(1);

        // Who leaves the room of its own code is told of the narrower rooms alone.
        (await dashboard.AskAsync("unsubscribe", Rooms(tenant.Code), Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        await ChangeAsync(tenant, second);
        await ChangeAsync(tenant, first);
        await dashboard.UntilAsync(_ => dashboard.Events.Count(said => IsChangeOf(said, first)) == 2, Cancelled);
        dashboard.Events.Count(said => IsChangeOf(said, second)).ShouldBe(1);

        (await dashboard.AskAsync("unsubscribe", Rooms($"lead:{first}"), Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        (await dashboard.AskAsync("join", tenant.Code, Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
        await ChangeAsync(tenant, second);
        await dashboard.UntilAsync(_ => dashboard.Events.Count(said => IsChangeOf(said, second)) == 2, Cancelled);
    }

    [Theory]
    [InlineData("subscribe", """null""")]
    [InlineData("subscribe", """{"rooms":"lead:665f00000000000000000000"}""")]
    [InlineData("subscribe", """{"rooms":["lead:x"]}""")]
    [InlineData("subscribe", """{"rooms":[17]}""")]
    [InlineData("subscribe", """["lead:665f00000000000000000000"]""")]
    [InlineData("unsubscribe", """{"rooms":["nothing"]}""")]
    [InlineData("join", """null""")]
    [InlineData("join", """{"clientCode":{"a":1}}""")]
    [InlineData("events", """null""")]
    [InlineData("events", """{"after":"1"}""")]
    [InlineData("events", """{"after":-1}""")]
    [InlineData("events", """{"after":1.5}""")]
    [InlineData("events", """{"after":0,"limit":0}""")]
    public async Task What_makes_no_sense_is_answered_as_such_and_the_socket_lives_on(string name, string argument)
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await using var dashboard = Open(Auth(tenant), "websocket");
        await dashboard.NextAsync("connect", Cancelled);

        var answer = (await dashboard.AskAsync(name, JsonNode.Parse(argument), Cancelled))!;

        answer["success"]!.GetValue<bool>().ShouldBeFalse(answer.ToJsonString());
        answer.Text("code").ShouldBeOneOf("VALIDATION_ERROR", "FORBIDDEN");
        (await dashboard.AskAsync("join", tenant.Code, Cancelled))!["success"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_browser_with_a_token_fills_its_gap_over_the_socket()
    {
        SkipWithoutNode();
        var tenant = await server.CreateWatchedAsync();
        await tenant.FiredAsync(EventIntents.Event("go"));
        var kept = await tenant.ToldAsync(after: 1);
        await using var dashboard = Open(new JsonObject { ["auth"] = new JsonObject { ["token"] = await tenant.WatchAsync() } }, "websocket");
        await dashboard.NextAsync("connect", Cancelled);

        var answer = (await dashboard.AskAsync("events", new JsonObject { ["after"] = 1 }, Cancelled))!;

        JsonNode.DeepEquals(answer["events"], new JsonArray([.. kept.Select(entry => entry.DeepClone())])).ShouldBeTrue(answer.ToJsonString());
        (answer["reset"]!.GetValue<bool>(), answer["lastSeq"]!.GetValue<long>()).ShouldBe((false, 3));
    }

    [Fact]
    public async Task Who_was_cut_off_gets_what_it_missed_once_and_in_order()
    {
        SkipWithoutNode();
        var tenant = await server.CreateTenantAsync();
        await using var dashboard = Open(Auth(tenant), "websocket");
        await dashboard.NextAsync("connect", Cancelled);
        await tenant.FiredAsync(EventIntents.Event("go"));
        await dashboard.UntilAsync(said => Name(said) is "event.completed", Cancelled);
        await dashboard.LeaveAsync();
        await dashboard.NextAsync("disconnect", Cancelled);
        await tenant.FiredAsync(EventIntents.Event("go"));
        await server.DrainAsync();
        await server.ToldAllAsync();

        await dashboard.ReturnAsync();
        var back = await dashboard.NextAsync("connect", Cancelled);
        await tenant.FiredAsync(EventIntents.Event("go"));
        await dashboard.UntilAsync(_ => dashboard.Events.Count(said => Name(said) is "event.completed") == 3, Cancelled);

        back["recovered"]!.GetValue<bool>().ShouldBeTrue();
        dashboard.Events.Select(said => said["args"]![0]!["seq"]!.GetValue<long>()).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    private static void SkipWithoutNode() => Assert.SkipWhen(NodeDashboard.WhyUnavailable() is not null, NodeDashboard.WhyUnavailable() ?? "");

    private NodeDashboard Open(JsonObject options, string transports) => NodeDashboard.Open(server.Address, Options(options, transports));

    private static JsonObject Options(JsonObject options, string transports)
    {
        options["transports"] = new JsonArray([.. transports.Split(',').Select(transport => (JsonNode?)transport)]);
        return options;
    }

    private static JsonObject Auth(TenantClient tenant) => new() { ["auth"] = new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code } };

    private static async Task<JsonObject> ScopedAsync(TenantClient tenant, string scope)
    {
        using var made = await tenant.PostAsync("/api/saas/keys", new JsonObject { ["label"] = scope, ["mode"] = "live", ["scopes"] = new JsonArray(scope) });
        var key = (await made.ReadDataAsync(System.Net.HttpStatusCode.Created))!.Text("apiKey");
        return new() { ["auth"] = new JsonObject { ["apiKey"] = key, ["clientCode"] = tenant.Code } };
    }

    private static JsonObject Rooms(params string[] rooms) => new() { ["rooms"] = new JsonArray([.. rooms.Select(room => (JsonNode?)room)]) };

    private static string Name(JsonNode said) => said.Text("name");

    private static bool IsChangeOf(JsonNode said, string lead) => Name(said) is "crm.lead_updated" && said["args"]![0]!["lead"]!.Text("_id").Equals(lead, StringComparison.Ordinal);

    private static async Task ChangeAsync(TenantClient tenant, string lead)
    {
        using var changed = await tenant.PatchAsync($"/api/crm/leads/{lead}", new JsonObject { ["lastName"] = $"Rao {Guid.NewGuid()}" });
        await changed.ReadDataAsync();
    }
}
