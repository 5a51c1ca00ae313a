using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Events;

public sealed class EventLogTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Logs = "/api/saas/events/logs";

    [Fact]
    public async Task Events_are_listed_newest_first_by_trigger_lead_phone_and_status()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        var first = await tenant.FiredAsync(EventIntents.Event("a", phone));
        await tenant.FiredAsync(EventIntents.Event("b", phone));
        await tenant.FiredAsync(EventIntents.Event("b", change: body => body["delayMinutes"] = 5), HttpStatusCode.Accepted);

        (await TriggersAsync(tenant, "")).ShouldBe(["b", "b", "a"]);
        (await TriggersAsync(tenant, "?trigger=a")).ShouldBe(["a"]);
        (await TriggersAsync(tenant, $"?leadId={first.Text("leadId")}")).ShouldBe(["b", "a"]);
        (await TriggersAsync(tenant, $"?phone={Uri.EscapeDataString(phone)}")).ShouldBe(["b", "a"]);
        (await TriggersAsync(tenant, "?status=scheduled")).ShouldBe(["b"]);
        (await TriggersAsync(tenant, "?startDate=2099-01-01")).ShouldBeEmpty();
        (await TriggersAsync(tenant, "?startDate=2020-01-01&endDate=2020-12-31")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cursor_walks_the_whole_log_without_counting()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        foreach (var trigger in new[] { "a", "b", "c", "d", "e" })
        {
            await tenant.FiredAsync(EventIntents.Event(trigger, phone));
        }

        using var first = await tenant.GetAsync($"{Logs}?limit=2");
        var page = await first.ReadAnswerAsync();
        page["total"]!.GetValue<int>().ShouldBe(5);
        var seen = page["data"]!.AsArray().Select(one => one!.Text("trigger")).ToList();
        while (page["nextCursor"] is { } cursor)
        {
            using var next = await tenant.GetAsync($"{Logs}?limit=2&cursor={cursor.GetValue<string>()}");
            page = await next.ReadAnswerAsync();
            page["total"].ShouldBeNull();
            seen.AddRange(page["data"]!.AsArray().Select(one => one!.Text("trigger")));
        }

        seen.ShouldBe(["e", "d", "c", "b", "a"]);
    }

    [Theory]
    [InlineData("?status=sleeping", "VALIDATION_ERROR")]
    [InlineData("?startDate=yesterday", "VALIDATION_ERROR")]
    [InlineData("?startDate=2026-02-02&endDate=2026-02-01", "VALIDATION_ERROR")]
    [InlineData("?leadId=17", "INVALID_ID")]
    [InlineData("?phone=17", "INVALID_PHONE")]
    [InlineData("?limit=0", "VALIDATION_ERROR")]
    public async Task A_wrong_filter_is_refused(string query, string code)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.GetAsync(Logs + query);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Statistics_count_by_trigger_and_status()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.FinishedAsync(receiver, EventIntents.Event("a"));
        await tenant.FinishedAsync(receiver, EventIntents.Event("a"));
        (await tenant.FireAsync(new JsonObject { ["trigger"] = "a", ["phone"] = EventIntents.NewPhone() })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await tenant.FiredAsync(EventIntents.Event("b", change: body => body["delayMinutes"] = 5), HttpStatusCode.Accepted);

        var stats = await tenant.ReadDataAsync("/api/saas/events/stats");

        stats["totalEvents"]!.GetValue<int>().ShouldBe(4);
        var a = stats["byTrigger"]!.AsArray().Single(row => string.Equals(row!.Text("trigger"), "a", StringComparison.Ordinal))!;
        a["count"]!.GetValue<int>().ShouldBe(3);
        a["successRate"]!.GetValue<double>().ShouldBe(0.6667);
        stats["byStatus"]!.AsArray().Single(row => string.Equals(row!.Text("status"), "scheduled", StringComparison.Ordinal))!["count"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_replay_is_a_new_event_with_the_same_payload()
    {
        var tenant = await server.CreateTenantAsync();
        var played = await tenant.FiredAsync(EventIntents.Event("a", change: body => body["data"] = new JsonObject { ["n"] = 7 }));
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", """{ "type": "stop" }"""));

        using var response = await tenant.PostAsync($"{Logs}/{played.Text("eventLogId")}/replay");
        var replay = (await response.ReadDataAsync(HttpStatusCode.Created))!;

        replay["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        replay.Text("leadId").ShouldBe(played.Text("leadId"));
        var stored = await tenant.ReadEventAsync(replay["eventLogId"]!);
        stored.Text("replayOf").ShouldBe(played.Text("eventLogId"));
        stored["payload"]!["data"]!["n"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public async Task Another_tenant_sees_none_of_it()
    {
        var owner = await server.CreateTenantAsync();
        var id = (await owner.FiredAsync(EventIntents.Event("a", change: body => body["delayMinutes"] = 5), HttpStatusCode.Accepted)).Text("eventLogId");
        var other = await server.CreateTenantAsync();

        HttpResponseMessage[] answers =
        [
            await other.GetAsync($"{Logs}/{id}"),
            await other.PostAsync($"{Logs}/{id}/replay"),
            await other.PostAsync($"{Logs}/{id}/cancel"),
            await other.GetAsync($"/api/saas/jobs/status/{id}"),
            await other.PostAsync($"/api/saas/jobs/{id}/cancel"),
        ];

        foreach (var answer in answers)
        {
            await answer.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }

        (await other.ReadDataAsync(Logs)).AsArray().ShouldBeEmpty();
        (await other.ReadDataAsync("/api/saas/events/stats"))["totalEvents"]!.GetValue<int>().ShouldBe(0);
        (await owner.ReadEventAsync(JsonValue.Create(id))).Text("status").ShouldBe("scheduled");
    }

    private static async Task<IReadOnlyList<string>> TriggersAsync(TenantClient tenant, string query) =>
        [.. (await tenant.ReadDataAsync(Logs + query)).AsArray().Select(one => one!.Text("trigger"))];
}
