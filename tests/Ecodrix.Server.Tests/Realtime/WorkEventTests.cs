using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Events, runs, steps, callbacks and jobs, as dashboards hear of them.</summary>
public sealed class WorkEventTests(RealtimeServer server) : IClassFixture<RealtimeServer>
{
    private const string Tag = """{ "type": "add_tag", "config": { "tag": "hot" } }""";

    private const string Tell = """{ "type": "notify", "config": { "title": "Look", "message": "Here" } }""";

    [Fact]
    public async Task One_event_is_told_from_its_coming_to_its_end_in_order()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", $"{Tag}, {Tell}"));
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));

        var told = await tenant.ToldAsync();

        var work = told.Where(entry => entry.Text("event").StartsWith("event.", StringComparison.Ordinal) || entry.Text("event").StartsWith("run.", StringComparison.Ordinal)).ToList();
        work.Names().ShouldBe(["event.received", "run.started", "run.step", "run.step", "run.completed", "event.completed"]);
        told.Select(entry => entry.Seq()).ShouldBe(Enumerable.Range(1, told.Count).Select(number => (long)number));
        var runId = fired["runs"]![0]!.Text("runId");
        told.Of("event.received").Single()["eventLog"]!.Text("_id").ShouldBe(fired.Text("eventLogId"));
        told.Of("run.started").Single()["run"]!.Text("_id").ShouldBe(runId);
        told.Of("run.step").Select(data => (data.Text("runId"), data["step"]!["index"]!.GetValue<int>(), data["step"]!.Text("status"))).ShouldBe([(runId, 0, "completed"), (runId, 1, "completed")]);
        var (run, read) = (told.Of("run.completed").Single()["run"]!.AsObject(), (await tenant.ReadDataAsync($"/api/saas/runs/{runId}")).AsObject());

        // A link is signed anew in each second.
        (run.Remove("traceUrl"), read.Remove("traceUrl")).ShouldBe((true, true));
        JsonNode.DeepEquals(run, read).ShouldBeTrue();
        told.Of("event.completed").Single()["eventLog"]!.Text("status").ShouldBe("completed");
        told.Of("notification:new").Single()["notification"]!.Text("title").ShouldBe("Look");
    }

    [Fact]
    public async Task An_event_that_no_rule_answers_is_told_as_completed()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.FiredAsync(EventIntents.Event("nobody_cares"));

        (await tenant.ToldNamesAsync()).ShouldBe(["crm.lead_created", "event.received", "event.completed"]);
    }

    [Fact]
    public async Task A_run_that_fails_is_told_with_its_event()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "send_whatsapp", "config": { "templateName": "none" } }"""));
        await tenant.FiredAsync(EventIntents.Event("go"));

        var told = await tenant.ToldAsync();

        var step = told.Of("run.step").Single()["step"]!;
        (step.Text("status"), step.Text("errorCode")).ShouldBe(("failed", "NOT_CONFIGURED"));
        told.Of("run.failed").Single()["run"]!.Text("status").ShouldBe("failed");
        told.Of("event.failed").Single()["eventLog"]!.Text("status").ShouldBe("failed");
        told.Of("run.completed").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trigger_that_found_no_lead_is_told_as_failed()
    {
        var tenant = await server.CreateWatchedAsync();
        using var refused = await tenant.FireAsync(EventIntents.Event("go", change: body => body["createLeadIfMissing"] = false));
        await refused.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");

        var told = await tenant.ToldAsync();

        told.Names().ShouldBe(["event.received", "event.failed"]);
    }

    [Fact]
    public async Task A_run_that_waits_and_is_cancelled_leaves_the_list_of_what_is_under_way()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(600)));
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        (await tenant.ToldAsync()).Of("run.step").Single()["step"]!.Text("status").ShouldBe("waiting");

        using var cancelled = await tenant.PostAsync($"/api/saas/runs/{fired["runs"]![0]!.Text("runId")}/cancel", new JsonObject());
        await cancelled.ReadDataAsync();

        var told = await tenant.ToldAsync();
        told.Of("run.step").Select(data => data["step"]!.Text("status")).ShouldBe(["waiting", "cancelled"]);
        told.Of("run.cancelled").Single()["run"]!.Text("status").ShouldBe("cancelled");
        told.Of("run.completed").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_scheduled_event_that_is_cancelled_is_told_as_cancelled()
    {
        var tenant = await server.CreateWatchedAsync();
        var fired = await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 60), HttpStatusCode.Accepted);
        using var cancelled = await tenant.PostAsync($"/api/saas/events/logs/{fired.Text("eventLogId")}/cancel", new JsonObject());
        await cancelled.ReadDataAsync();

        var told = await tenant.ToldAsync();

        told.Of("event.received").Single()["eventLog"]!.Text("status").ShouldBe("scheduled");
        told.Of("event.cancelled").Single()["eventLog"]!.Text("status").ShouldBe("cancelled");
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "callback.delivered", "delivered")]
    [InlineData(HttpStatusCode.Gone, "callback.failed", "failed")]
    public async Task A_callback_is_told_when_it_has_come_to_its_end(HttpStatusCode answer, string name, string status)
    {
        await using var receiver = await CallbackReceiver.StartAsync(answer);
        var tenant = await server.CreateWatchedAsync();
        var (fired, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));

        var log = (await tenant.ToldAsync()).Of(name).Single()["callbackLog"]!;

        (log.Text("status"), log.Text("eventLogId"), log["attempts"]!.GetValue<int>()).ShouldBe((status, fired.Text("eventLogId"), 1));
    }

    [Fact]
    public async Task A_callback_that_will_be_tried_again_is_not_told_as_failed()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError);
        var tenant = await server.CreateWatchedAsync();
        await tenant.FinishedAsync(receiver, EventIntents.Event("go"));

        (await tenant.ToldAsync()).Of("callback.failed").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_tells_how_far_it_is()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.FiredAsync(EventIntents.Event("go"));
        await tenant.FiredAsync(EventIntents.Event("go"));
        using var started = await tenant.PostAsync("/api/saas/events/replay", new JsonObject { ["since"] = "2020-01-01T00:00:00Z", ["trigger"] = "go" }, "replay");
        var jobId = (await started.ReadDataAsync(HttpStatusCode.Accepted))!.Text("jobId");

        await server.Outlet.UntilAsync(tenant.Code, "job.progress", 2);

        var told = (await tenant.ToldAsync()).Of("job.progress");
        told[0]["done"]!.GetValue<long>().ShouldBe(0);
        told.ShouldAllBe(data => string.Equals(data.Text("jobId"), jobId, StringComparison.Ordinal) && string.Equals(data.Text("type"), "events_replay", StringComparison.Ordinal));
        (told[^1]["done"]!.GetValue<long>(), told[^1]["total"]!.GetValue<long>()).ShouldBe((2, 2));
        told[^1]["etaSeconds"]!.GetValue<long>().ShouldBe(0);
    }
}
