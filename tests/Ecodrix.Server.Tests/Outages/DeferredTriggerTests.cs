using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;

namespace Ecodrix.Server.Tests.Outages;

/// <summary>Triggers while the client's database is down: accepted, and worked off when it is back (15-semantics, "Tenant database down").</summary>
public sealed class DeferredTriggerTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string OnlyFiles = "this takes a file away.";

    private const string CountUp = """{ "type": "update_lead", "config": { "fields": { "dealValue": "{{event.n}}" } } }""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trigger_is_accepted_while_the_database_is_down_and_done_when_it_is_back()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("bought", CountUp));
        tenant.TakeDatabaseAway();

        var answer = await tenant.FiredAsync(
            EventIntents.Event("bought", change: body =>
            {
                body["callbackUrl"] = receiver.Url.AbsoluteUri;
                body["leadData"] = new JsonObject { ["firstName"] = "Asha", ["source"] = "fair" };
                body["variables"] = new JsonObject { ["n"] = 7 };
            }),
            HttpStatusCode.Accepted);

        answer.Text("state").ShouldBe("deferred");
        answer["leadId"].ShouldBeNull();
        answer["rulesMatched"].ShouldBeNull();
        answer.AsObject().ContainsKey("leadId").ShouldBeTrue();
        answer.AsObject().ContainsKey("rulesMatched").ShouldBeTrue();
        var waiting = await server.EventAsync(tenant, answer);
        (waiting.Event!.Runs.Count, waiting.Attempts).ShouldBe((0, 0));
        receiver.IsEmpty.ShouldBeTrue();

        await tenant.PutDatabaseBackAsync();
        await server.DrainAsync();
        var callback = await receiver.NextAsync();

        (callback.Json.Text("status"), callback.Json["rulesMatched"]!.GetValue<int>()).ShouldBe(("completed", 1));
        var lead = await tenant.ReadDataAsync($"/api/crm/leads/{callback.Json.Text("leadId")}");
        (lead.Text("firstName"), lead.Text("source"), lead["dealValue"]!.GetValue<decimal>()).ShouldBe(("Asha", "fair", 7));
        var done = await tenant.ReadEventAsync(answer["eventLogId"]!);
        (done.Text("leadId"), done.Text("status")).ShouldBe((callback.Json.Text("leadId"), "completed"));
    }

    [Fact]
    public async Task Those_of_one_phone_are_done_in_the_order_accepted_and_what_comes_after_waits_behind_them()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("count", CountUp));
        var phones = Enumerable.Range(0, 4).Select(_ => EventIntents.NewPhone()).ToArray();
        tenant.TakeDatabaseAway();
        for (var n = 1; n <= 6; n++)
        {
            foreach (var phone in phones)
            {
                (await tenant.FiredAsync(Numbered(phone, n), HttpStatusCode.Accepted)).Text("state").ShouldBe("deferred");
            }
        }

        await tenant.PutDatabaseBackAsync();
        foreach (var phone in phones)
        {
            using var last = await tenant.FireAsync(Numbered(phone, 7));
            last.IsSuccessStatusCode.ShouldBeTrue();
        }

        await server.DrainAsync();
        foreach (var phone in phones)
        {
            var found = await tenant.ReadsAsync($"/api/crm/leads?search={Uri.EscapeDataString(phone)}", leads => leads.AsArray() is [{ } lead] && lead["dealValue"]?.GetValue<decimal>() == 7);
            found.AsArray().ShouldHaveSingleItem();
        }

        (await tenant.FiredAsync(Numbered(phones[0], 8)))["state"].ShouldBeNull();
    }

    [Fact]
    public async Task A_lead_that_does_not_exist_then_fails_the_event_and_the_callback_says_so()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("asked", CountUp));
        tenant.TakeDatabaseAway();
        var answer = await tenant.FiredAsync(
            EventIntents.Event("asked", change: body =>
            {
                body["createLeadIfMissing"] = false;
                body["callbackUrl"] = receiver.Url.AbsoluteUri;
            }),
            HttpStatusCode.Accepted);

        await tenant.PutDatabaseBackAsync();
        await server.DrainAsync();
        var callback = await receiver.NextAsync();

        (callback.Json.Text("status"), callback.Json.Text("error")).ShouldBe(("failed", "LEAD_NOT_FOUND"));
        callback.Json["leadId"].ShouldBeNull();
        var failed = await tenant.ReadEventAsync(answer["eventLogId"]!);
        (failed.Text("status"), failed.Text("error")).ShouldBe(("failed", "LEAD_NOT_FOUND"));
    }

    [Fact]
    public async Task One_that_is_sent_twice_with_a_key_is_one_event()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("once");
        tenant.TakeDatabaseAway();
        using var first = await tenant.FireAsync(body, key: "k");
        using var again = await tenant.FireAsync(body, key: "k");
        await tenant.PutDatabaseBackAsync();
        await server.DrainAsync();
        using var after = await tenant.FireAsync(body, key: "k");

        foreach (var response in new[] { again, after })
        {
            var replayed = (await response.ReadDataAsync(HttpStatusCode.Accepted))!;
            replayed["replayed"]!.GetValue<bool>().ShouldBeTrue();
            replayed.Text("eventLogId").ShouldBe((await first.ReadDataAsync(HttpStatusCode.Accepted))!.Text("eventLogId"));
        }

        (await tenant.ReadDataAsync("/api/saas/events/logs")).AsArray().ShouldHaveSingleItem();
        (await tenant.ReadDataAsync("/api/crm/leads")).AsArray().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_scheduled_one_is_due_at_its_time_and_can_be_cancelled_before()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("later", CountUp));
        tenant.TakeDatabaseAway();
        var kept = await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 30), HttpStatusCode.Accepted);
        var dropped = await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 30), HttpStatusCode.Accepted);
        await tenant.PutDatabaseBackAsync();
        await server.DrainAsync();

        var scheduled = await tenant.ReadsAsync($"/api/saas/events/logs/{kept.Text("eventLogId")}", read => read["leadId"] is not null);
        (scheduled.Text("status"), scheduled["rulesMatched"]!.GetValue<int>()).ShouldBe(("scheduled", 1));
        using var cancelled = await tenant.PostAsync($"/api/saas/events/logs/{dropped.Text("eventLogId")}/cancel");
        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_batch_is_deferred_item_by_item_and_bad_items_are_refused_as_ever()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        tenant.TakeDatabaseAway();

        using var response = await tenant.PostAsync(
            "/api/saas/workflows/trigger/batch",
            new JsonObject { ["events"] = new JsonArray(EventIntents.Event("a"), new JsonObject { ["trigger"] = "b" }, EventIntents.Event("c")) });

        var items = (await response.ReadDataAsync())!.AsArray();
        items.Select(item => item!["status"]!.GetValue<int>()).ShouldBe([202, 400, 202]);
        items[0]!["data"]!.Text("state").ShouldBe("deferred");
        await tenant.PutDatabaseBackAsync();
        await server.DrainAsync();
        (await tenant.ReadsAsync("/api/crm/leads", leads => leads.AsArray().Count == 2)).AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Wrong_triggers_dry_runs_and_all_other_routes_are_not_accepted_and_no_other_client_notices()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        tenant.TakeDatabaseAway();

        using var nameless = await tenant.FireAsync(new JsonObject { ["trigger"] = "x" });
        await nameless.ShouldFailAsync(HttpStatusCode.BadRequest, "MISSING_REQUIRED");
        using var dry = await tenant.FireAsync(EventIntents.Event("x"), query: "?dryRun=true");
        await dry.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var leads = await tenant.GetAsync("/api/crm/leads");
            await leads.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        }

        tenant.KnowsToBeDown().ShouldBeTrue();
        other.KnowsToBeDown().ShouldBeFalse();
        (await other.FiredAsync(EventIntents.Event("x")))["state"].ShouldBeNull();
        await tenant.FiredAsync(EventIntents.Event("x"), HttpStatusCode.Accepted);
        (await other.ReadDataAsync("/api/saas/events/logs")).AsArray().ShouldHaveSingleItem();

        await tenant.PutDatabaseBackAsync();
        tenant.KnowsToBeDown().ShouldBeFalse();
        (await tenant.ReadDataAsync("/api/crm/leads")).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_was_due_during_an_outage_waits_without_an_attempt_and_goes_on()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("wait", $"{RuleIntents.Wait(0.01)}, {CountUp}"));
        var fired = await tenant.FiredAsync(Numbered(EventIntents.NewPhone(), 3, "wait"));
        tenant.TakeDatabaseAway();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var refused = await tenant.GetAsync("/api/crm/leads");
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        await server.DrainAsync();
        await tenant.PutDatabaseBackAsync();

        var ended = await tenant.ReadsAsync($"/api/saas/events/logs/{fired.Text("eventLogId")}", read => read["runs"]![0]!.Text("status") is "completed" or "failed");
        ended["runs"]![0]!.Text("status").ShouldBe("completed");
        ended["runs"]![0]!["steps"]![1]!["attempts"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_ends_meanwhile_forgets_none()
    {
        TestStorage.NeedsFiles(OnlyFiles);
        var folder = Directory.CreateTempSubdirectory("ecodrix-deferred-");
        (string Code, string Key) client;
        await using (var doomed = await ServerProcess.StartAsync(folder.FullName))
        {
            client = await doomed.CreateClientAsync();
            File.Move(FileOf(client.Code), FileOf(client.Code) + ".away");
            using var tenant = doomed.Connect(client);
            using var fired = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(tenant, "/api/saas/workflows/trigger", EventIntents.Event("go"), Cancelled);
            (await fired.ReadDataAsync(HttpStatusCode.Accepted))!.Text("state").ShouldBe("deferred");
            doomed.Kill();
        }

        File.Move(FileOf(client.Code) + ".away", FileOf(client.Code));
        await using var second = await ServerProcess.StartAsync(folder.FullName);
        using var again = second.Connect(client);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var turn = 0; ; turn++)
        {
            using var read = await again.GetAsync("/api/crm/leads", Cancelled);
            if (await read.ReadDataAsync() is JsonArray { Count: 1 })
            {
                break;
            }

            turn.ShouldBeLessThan(300);
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        second.Kill();
        folder.Delete(recursive: true);

        string FileOf(string code) => Path.Combine(folder.FullName, "tenants", $"{code}.db");
    }

    private static JsonObject Numbered(string phone, int n, string trigger = "count") =>
        EventIntents.Event(trigger, phone, body => body["variables"] = new JsonObject { ["n"] = n });
}
