using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Incidents;

/// <summary>The operator's kill switch.</summary>
public sealed class PauseTests : IAsyncLifetime
{
    private const string SendWhatsApp = """{ "type": "send_whatsapp", "config": { "templateName": "hello", "language": "en" } }""";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private readonly ServerFixture server = new();

    private Operator admin = null!;

    public async ValueTask InitializeAsync()
    {
        server.WithClock(clock);
        await server.InitializeAsync();
        admin = new Operator(server);
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_paused_channels_callbacks_wait_without_an_attempt_and_leave_by_themselves_when_it_is_resumed()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await PauseAsync(new() { ["channel"] = "callback" });
        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        await server.DrainAsync();

        var waiting = (await tenant.ReadDataAsync("/api/saas/callbacks/logs"))[0]!;
        waiting.Text("status").ShouldBe("pending");
        waiting["attempts"]!.GetValue<int>().ShouldBe(0);
        waiting.Text("heldFor").ShouldBe("channel callback for every client is paused by the operator");
        receiver.IsEmpty.ShouldBeTrue();

        await ResumeAsync(new() { ["channel"] = "callback" });
        (await receiver.NextAsync()).Headers["webhook-id"].ShouldBe(waiting.Text("_id"));
        await tenant.ReadsAsync($"/api/saas/callbacks/logs/{waiting.Text("_id")}", log => log.Text("status") is "delivered" && log["heldFor"] is null);
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_step_that_was_held_has_no_attempts_and_does_not_expire_meanwhile()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", SendWhatsApp));
        await PauseAsync(new() { ["channel"] = "whatsapp", ["client"] = tenant.Code.ToLowerInvariant() });
        var run = (await tenant.FiredAsync(EventIntents.Event("go")))["runs"]![0]!.Text("runId");
        await server.DrainAsync();
        clock.Advance(TimeSpan.FromDays(3));
        await server.DrainAsync();

        var held = (await tenant.ReadDataAsync($"/api/saas/runs/{run}"))["steps"]![0]!;
        held.Text("status").ShouldBe("pending");
        held["attempts"]!.GetValue<int>().ShouldBe(0);

        // Without an account it fails as it would have at once; expired, it would be skipped.
        await ResumeAsync(new() { ["channel"] = "whatsapp", ["client"] = tenant.Code });
        var ended = await tenant.ReadsAsync($"/api/saas/runs/{run}", read => read["finishedAt"] is not null);
        ended["steps"]![0]!.Text("errorCode").ShouldBe("NOT_CONFIGURED");
        ended["steps"]![0]!["attempts"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Runs_of_a_paused_rule_wait_while_new_events_make_more_of_them_and_others_go_on()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(new Uri(receiver.Url, "/paused"))));
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(new Uri(receiver.Url, "/other"))));
        await PauseAsync(new() { ["ruleId"] = rule.Text("_id") });

        await tenant.FiredAsync(EventIntents.Event("go"));
        await tenant.FiredAsync(EventIntents.Event("go"));
        await server.DrainAsync();
        string[] first = [(await receiver.NextAsync()).Target, (await receiver.NextAsync()).Target];
        first.ShouldBe(["/other", "/other"]);
        receiver.IsEmpty.ShouldBeTrue();

        await ResumeAsync(new() { ["ruleId"] = rule.Text("_id") });
        string[] then = [(await receiver.NextAsync()).Target, (await receiver.NextAsync()).Target];
        then.ShouldBe(["/paused", "/paused"]);
        await server.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_paused_client_is_held_and_another_tenant_is_not()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var paused = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await PauseAsync(new() { ["client"] = paused.Code });

        await paused.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        var (_, callback) = await other.FinishedAsync(receiver, EventIntents.Event("go"));
        await server.DrainAsync();
        callback.Json.Text("clientCode").ShouldBe(other.Code);
        receiver.IsEmpty.ShouldBeTrue();

        await ResumeAsync(new() { ["client"] = paused.Code });
        (await receiver.NextAsync()).Json.Text("clientCode").ShouldBe(paused.Code);
    }

    [Fact]
    public async Task A_pause_that_names_nothing_holds_everybody()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await PauseAsync([]);

        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        await server.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();

        await ResumeAsync([]);
        (await receiver.NextAsync()).Json.Text("clientCode").ShouldBe(tenant.Code);
    }

    [Fact]
    public async Task Another_process_knows_of_a_pause_within_two_seconds_and_of_its_end()
    {
        var tenant = await server.CreateTenantAsync();
        var services = server.Services.GetRequiredService<IServicesDatabase>();
        var elsewhere = new PauseDoor(services, new TenantChanges(services, clock), server.Services.GetRequiredService<HeldReleases>());
        (await elsewhere.AllAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();

        await PauseAsync(new() { ["client"] = tenant.Code, ["channel"] = "meet" });
        clock.Advance(TimeSpan.FromSeconds(1.5));
        (await elsewhere.FindAsync(TenantId.Parse(tenant.Code), "meet", null, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        await ResumeAsync(new() { ["client"] = tenant.Code, ["channel"] = "meet" });
        clock.Advance(TimeSpan.FromSeconds(1.5));
        (await elsewhere.AllAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_is_paused_also_where_a_test_twins_clock_is_known()
    {
        var tenant = await server.CreateTenantAsync();
        using var known = await tenant.TestHttp.GetAsync("/api/saas/sandbox/clock", TestContext.Current.CancellationToken);
        known.StatusCode.ShouldBe(HttpStatusCode.OK);

        await PauseAsync([]);
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/pauses")).AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pauses_are_listed_and_audited_and_pausing_twice_is_pausing_once()
    {
        var tenant = await server.CreateTenantAsync();
        JsonObject Scope() => new() { ["client"] = tenant.Code, ["channel"] = "email" };
        await PauseAsync(Scope());
        await PauseAsync(Scope());

        var listed = (await admin.AskAsync(HttpMethod.Get, "/api/admin/pauses")).AsArray().Single()!;
        listed.Text("client").ShouldBe(tenant.Code);
        listed.Text("channel").ShouldBe("email");
        listed["ruleId"].ShouldBeNull();
        listed.Text("by").ShouldBe("admin:tests");

        await ResumeAsync(Scope());
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/pauses")).AsArray().ShouldBeEmpty();
        (await admin.AskAsync(HttpMethod.Get, $"/api/admin/audit?client={tenant.Code}")).AsArray().Select(entry => entry!.Text("action")).Take(3)
            .ShouldBe(["work.resumed", "work.paused", "work.paused"]);
    }

    [Theory]
    [InlineData("""{ "channel": "fax" }""", 400, "VALIDATION_ERROR")]
    [InlineData("""{ "channel": 7 }""", 400, "VALIDATION_ERROR")]
    [InlineData("""{ "ruleId": "17" }""", 400, "INVALID_ID")]
    [InlineData("""{ "client": "NOBODY" }""", 404, "NOT_FOUND")]
    public async Task A_scope_that_does_not_exist_is_refused(string scope, int status, string code)
    {
        foreach (var path in new[] { "/api/admin/pause", "/api/admin/resume" })
        {
            using var response = await admin.PostAsync(path, JsonNode.Parse(scope));
            await response.ShouldFailAsync((HttpStatusCode)status, code);
        }
    }

    [Fact]
    public async Task What_is_not_paused_cannot_be_resumed_and_a_client_cannot_touch_the_switch()
    {
        var tenant = await server.CreateTenantAsync();

        using var nothing = await admin.PostAsync("/api/admin/resume", new JsonObject { ["channel"] = "meet" });
        await nothing.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");

        using var refused = await tenant.PostAsync("/api/admin/pause", new JsonObject());
        await refused.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    private Task<JsonNode> PauseAsync(JsonObject scope) => admin.AskAsync(HttpMethod.Post, "/api/admin/pause", scope);

    private Task<JsonNode> ResumeAsync(JsonObject scope) => admin.AskAsync(HttpMethod.Post, "/api/admin/resume", scope);
}
