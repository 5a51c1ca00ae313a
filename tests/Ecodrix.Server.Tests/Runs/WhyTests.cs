using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Runs;

/// <summary>What a run waits for, in a sentence.</summary>
public sealed class WhyTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private static readonly Step Due = new() { Index = 0, Path = "0", Type = "send_whatsapp", DueAt = Now };

    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "delay", "Time: Step 0 (send_whatsapp) is due at 2026-03-15T09:35:00.000Z." },
        { "wait", "Time: Step 0 (wait) waits until 2026-03-15T09:35:00.000Z." },
        { "event", "Event: Step 0 (wait_for) waits for an event paid of its lead that agrees in data.id, until 2026-03-15T09:35:00.000Z; then the run stops." },
        { "prelude", "Prelude: Step 0 (send_whatsapp) waits for the event's Meet link, which could not be made yet: Google is slow." },
        { "retry", "Retry: Step 0 (send_whatsapp) did not succeed in 2 attempts and is tried again at 2026-03-15T09:35:00.000Z: The connection was refused." },
        { "provider", "Provider: Step 0 (send_whatsapp) waits for its provider, without an attempt counted, until 2026-03-15T09:35:00.000Z: the number's rate limit." },
        { "quiet", "Held: Step 0 (send_whatsapp) is held: quiet hours, until 2026-03-15T09:35:00.000Z." },
        { "paused", "Held: Step 0 (send_whatsapp) is held: channel whatsapp is paused." },
        { "client", "Client: Step 0 (send_whatsapp) is due and held: its client is paused." },
        { "step", "Held: Step 0 (send_whatsapp) is due and held: rule x is paused." },
        { "leased", "UnderWay: Step 0 (send_whatsapp) waits for nothing: a worker is at it." },
        { "turn", "Turn: Step 0 (send_whatsapp) is due and waits for a free worker: its client has as many jobs running as it may, or all workers are busy." },
        { "completed", "Ended: It waits for nothing: it completed at 2026-03-15T09:30:00.000Z." },
        { "failed", "Ended: It waits for nothing: it failed at 2026-03-15T09:30:00.000Z (131026: no such number)." },
        { "cancelled", "Ended: It waits for nothing: it was cancelled at 2026-03-15T09:30:00.000Z." },
        { "unknown", "Ended: It waits for nothing: it completed at 2026-03-15T09:30:00.000Z. Nobody knows whether step 0 (send_whatsapp) took effect; a person should say so." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_sentence_names_what_the_run_waits_for(string which, string sentence)
    {
        var (work, facts) = Scene(which);

        var why = WhyWaits.Of(work, work.Event!.Runs[0], facts);

        $"{why.Reason}: {why.Sentence}".ShouldBe(sentence);
    }

    [Fact]
    public async Task A_waiting_run_says_so_and_another_tenant_is_told_that_it_does_not_exist()
    {
        var owner = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await owner.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(60)));
        var run = (await owner.FiredAsync(EventIntents.Event("go")))["runs"]![0]!.Text("runId");
        await Incidents.Until.DrainAsync(server);

        var why = await owner.ReadDataAsync($"/api/saas/runs/{run}/why");
        why.Text("reason").ShouldBe("time");
        why.Text("sentence").ShouldStartWith("Step 0 (wait) waits until ");
        why["until"].ShouldNotBeNull();

        using var strange = await other.GetAsync($"/api/saas/runs/{run}/why");
        await strange.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        using var malformed = await owner.GetAsync("/api/saas/runs/17/why");
        await malformed.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
    }

    [Fact]
    public async Task A_run_of_a_paused_client_says_that()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "stop" }"""));
        using var admin = new Tenants.Operator(server);
        await admin.AskAsync(HttpMethod.Post, "/api/admin/pause", new JsonObject { ["client"] = tenant.Code });
        var run = (await tenant.FiredAsync(EventIntents.Event("go")))["runs"]![0]!.Text("runId");

        (await tenant.ReadDataAsync($"/api/saas/runs/{run}/why")).Text("sentence").ShouldBe("Step 0 (stop) is due and held: its client is paused by the operator.");
    }

    private static (WorkItem Work, WhyFacts Facts) Scene(string which) => which switch
    {
        "delay" => Of(Due with { DueAt = Later }),
        "wait" => Of(Due with { Type = "wait", Status = StepStatus.Waiting, DueAt = Later }),
        "event" => Of(Due with { Type = "wait_for", Status = StepStatus.Waiting, DueAt = Later, Awaits = new AwaitedEvent("paid", Now, StopsOnTimeout: true, "data.id") }),
        "prelude" => Of(Due with { NeedsPrelude = true }),
        "retry" => Of(Due with { Status = StepStatus.Running, Attempts = 2, RetryAt = Later, LastError = "The connection was refused." }),
        "provider" => Of(Due with { Status = StepStatus.Running, RetryAt = Later, LastError = "the number's rate limit" }),
        "quiet" => Of(Due with { Status = StepStatus.Waiting, DueAt = Later, HeldFor = "quiet hours" }),
        "paused" => Of(Due with { RetryAt = Later, HeldFor = "channel whatsapp is paused", HeldSince = Now }),
        "client" => Of(Due, facts: new WhyFacts(Now, "its client is paused")),
        "step" => Of(Due, facts: new WhyFacts(Now, StepHold: "rule x is paused")),
        "leased" => Of(Due, lease: new Lease("here", "token", Later)),
        "turn" => Of(Due),
        "completed" => Of(Due with { Status = StepStatus.Completed, FinishedAt = Now }, RunStatus.Completed),
        "failed" => Of(Due with { Status = StepStatus.Failed, FinishedAt = Now }, RunStatus.Failed),
        "cancelled" => Of(Due with { Status = StepStatus.Cancelled, FinishedAt = Now }, RunStatus.Cancelled),
        "unknown" => Of(Due with { Status = StepStatus.Unknown, FinishedAt = Now }, RunStatus.Completed),
        _ => throw new InvalidOperationException($"There is no case {which}."),
    };

    private static (WorkItem Work, WhyFacts Facts) Of(Step step, RunStatus status = RunStatus.Running, WhyFacts? facts = null, Lease? lease = null)
    {
        var run = new Run
        {
            Id = "r",
            RuleId = "x",
            RuleName = "x",
            RuleVersion = 1,
            StartedAt = Now,
            Status = status,
            Steps = [step],
            FinishedAt = step.FinishedAt,
            Error = status is RunStatus.Failed ? "131026: no such number" : null,
            Attention = step.Status is StepStatus.Unknown,
        };
        var prelude = new Prelude { Step = new Step { Index = 0, Path = "meet", Type = "create_meet", LastError = "Google is slow." }, Config = default };
        var work = new WorkItem
        {
            Id = "e",
            Tenant = "ACME",
            Type = WorkItem.EventType,
            CreatedAt = Now,
            RunAt = Now,
            Lease = lease,
            Event = new EventState { Trigger = "go", Runs = [run], Prelude = prelude },
        };
        return (work, facts ?? new WhyFacts(Now));
    }
}
