using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>What nobody knew settles itself when Meta tells of it, and is never sent again.</summary>
public sealed class ReconciliationTests : IAsyncDisposable
{
    private InboundScene scene = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("sent")]
    [InlineData("delivered")]
    [InlineData("read")]
    public async Task An_unknown_step_is_completed_by_a_status(string status)
    {
        scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        var unknown = await InboundScene.UnknownAsync(scene, tenant);
        unknown["attention"]!.GetValue<bool>().ShouldBeTrue();
        var messageId = unknown["steps"]![0]!["result"]!.Text("messageId");
        (await tenant.ReadDataAsync("/api/saas/runs?attention=true")).AsArray().ShouldHaveSingleItem();
        (await tenant.ReadDataAsync("/api/saas/runs?attention=false")).AsArray().ShouldBeEmpty();

        await scene.ReportAsync(status);
        await scene.SettledAsync();

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{unknown.Text("_id")}");
        (run.Text("status"), run["attention"]!.GetValue<bool>(), run["steps"]![0]!.Text("status")).ShouldBe(("completed", false, "completed"));
        run["steps"]![0]!["lastError"].ShouldBeNull();
        run["steps"]![0]!["result"]!.Text("messageId").ShouldBe(messageId);
        (await tenant.ReadDataAsync("/api/saas/runs?attention=true")).AsArray().ShouldBeEmpty();
        (await scene.MessageAsync(tenant, messageId))!.Wamid.ShouldBe(scene.Meta.Messages.ShouldHaveSingleItem().Wamid);
    }

    [Fact]
    public async Task An_unknown_step_that_turns_out_failed_fails_its_run_with_Metas_code_and_words()
    {
        scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("run_failed", """{ "type": "add_tag", "config": { "tag": "x" } }"""));
        var unknown = await InboundScene.UnknownAsync(scene, tenant);

        await scene.ReportAsync("failed");
        await scene.SettledAsync();

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{unknown.Text("_id")}");
        (run.Text("status"), run["attention"]!.GetValue<bool>(), run["steps"]![0]!.Text("status")).ShouldBe(("failed", false, "failed"));
        run["steps"]![0]!.Text("errorCode").ShouldBe("131026");
        run["steps"]![0]!.Text("lastError").ShouldContain("Message Undeliverable — try later.");
        run.Text("error").ShouldStartWith("131026: ");
        await tenant.UntilAsync("/api/saas/events/logs?trigger=run_failed", logs => logs.AsArray().Count == 1);

        // It can be repeated like any failed step, under a new message of Meta's.
        using var retried = await tenant.PostAsync($"/api/saas/runs/{unknown.Text("_id")}/retry");
        await retried.ReadDataAsync();
        await tenant.UntilAsync($"/api/saas/runs/{unknown.Text("_id")}", now => now.Text("status") is "completed");
        scene.Meta.Messages.Count.ShouldBe(2);
        var message = (await scene.MessageAsync(tenant, unknown["steps"]![0]!["result"]!.Text("messageId")))!;
        (message.Status, message.Wamid, message.Error).ShouldBe((MessageStatus.Sent, scene.Meta.Messages[1].Wamid, null));
    }

    [Fact]
    public async Task An_unknown_message_of_the_API_settles_its_job()
    {
        scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        scene.Meta.TakeAndHangUp();
        using var sent = await tenant.PostAsync("/api/saas/chat/send", new JsonObject { ["to"] = EventIntents.NewPhone(), ["templateName"] = "hello" });
        var job = $"/api/saas/jobs/status/{(await sent.ReadDataAsync(HttpStatusCode.Accepted))!.Text("jobId")}";
        (await tenant.UntilAsync(job, now => now.Text("status") is "failed")).Text("lastError").ShouldStartWith("UNKNOWN");

        await scene.ReportAsync("delivered");
        await scene.SettledAsync();

        var settled = await tenant.ReadDataAsync(job);
        (settled.Text("status"), settled["lastError"]).ShouldBe(("completed", null));
        scene.Meta.Messages.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("sent", "completed", "completed")]
    [InlineData("failed", "failed", "failed")]
    public async Task A_status_that_came_while_nobody_held_the_step_is_found_when_it_is_taken_again(string status, string expectedRun, string expectedStep)
    {
        scene = await InboundScene.StartAsync(InboundScene.WithoutWorkers);
        var tenant = await scene.CreateSenderAsync();
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        var key = await DieWhileSendingAsync(fired.Text("eventLogId"));
        using var taken = await scene.PostAsync(
            Loopback.MetaWebhook.Body(scene.Meta.BusinessId, Loopback.MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", Loopback.MetaWebhook.Status("wamid.left", status, "+919876543210", key, TimeProvider.System.GetUtcNow()))),
            scene.Meta.AppSecret);
        await taken.ReadDataAsync();
        await WorkOffStatusesAsync(tenant);

        await scene.WorkAsync();

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{fired["runs"]![0]!.Text("runId")}");
        (run.Text("status"), run["steps"]![0]!.Text("status"), run["attention"]!.GetValue<bool>()).ShouldBe((expectedRun, expectedStep, false), run.ToJsonString());
        scene.Meta.Messages.ShouldBeEmpty();
        var message = (await scene.MessageAsync(tenant, key))!;
        (message.Wamid, message.Status.ToString().ToLowerInvariant()).ShouldBe(("wamid.left", status));
        (await (await scene.OpenAsync(tenant)).Documents<EarlyStatus>().CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task A_process_that_died_after_writing_the_message_down_knows_that_it_was_sent()
    {
        scene = await InboundScene.StartAsync(InboundScene.WithoutWorkers);
        var tenant = await scene.CreateSenderAsync();
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        await scene.WorkAsync();
        var key = scene.Meta.Messages.ShouldHaveSingleItem().EffectKey!;
        await DieWhileSendingAsync(fired.Text("eventLogId"));

        await scene.WorkAsync();

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{fired["runs"]![0]!.Text("runId")}");
        run["steps"]![0]!.Text("status").ShouldBe("completed", run.ToJsonString());
        (await scene.MessageAsync(tenant, key))!.Status.ShouldBe(MessageStatus.Sent);
        scene.Meta.Messages.ShouldHaveSingleItem();
    }

    /// <summary>Leaves the event as a process does that recorded its effect and then was killed.</summary>
    private async Task<string> DieWhileSendingAsync(string eventLogId)
    {
        var documents = scene.Get<IServicesDatabase>().Documents<WorkItem>();
        var work = (await documents.FindAsync(eventLogId, Cancelled))!;
        var run = work.Event!.Runs.Single();
        var now = TimeProvider.System.GetUtcNow();
        var begun = run.Steps[0] with { Status = StepStatus.Running, StartedAt = now, FinishedAt = null, EffectStartedAt = now, Result = null };
        var left = work with
        {
            Version = work.Version + 1,
            DueAt = now,
            FinishedAt = null,
            Status = WorkStatus.Processing,
            Event = work.Event with { Runs = [run with { Status = RunStatus.Running, FinishedAt = null, Steps = [begun] }] },
        };
        (await documents.TryReplaceAsync(left, Cancelled)).ShouldBeTrue();
        return WorkIds.Step(eventLogId, 0, 0);
    }

    /// <summary>Takes the posted statuses in, and touches no event.</summary>
    private async Task WorkOffStatusesAsync(TenantClient tenant)
    {
        var handler = scene.Get<IEnumerable<IWorkHandler>>().Single(one => one.Type is Features.Inbound.Webhook.WebhookJob.JobType);
        foreach (var job in await scene.JobsAsync())
        {
            (await handler.AdvanceAsync(await scene.OpenAsync(tenant), job, _ => Task.FromResult(true), Cancelled)).ShouldBeOfType<WorkOutcome.Done>();
        }
    }
}
