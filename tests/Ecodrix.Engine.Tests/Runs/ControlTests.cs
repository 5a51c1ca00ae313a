using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class ControlTests : EngineTests
{
    [Fact]
    public async Task A_run_that_waits_is_cancelled_at_once()
    {
        World.Rule("later", "lead_captured", """[{"type":"send","delayMinutes":60,"config":{"text":"later"}}]""");
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await engine.DrainAsync();

        var cancelled = await engine.Control.CancelAsync(Acme, accepted.Id, accepted.Event!.Runs[0].Id, Cancelled);
        await engine.PassAsync(TimeSpan.FromHours(2));

        cancelled!.Event!.Runs[0].Status.ShouldBe(RunStatus.Cancelled);
        World.Effects.ShouldBeEmpty();
        (await engine.FindAsync(accepted.Id)).DueAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_run_at_work_is_cancelled_before_its_next_effect()
    {
        World.Rule("two", "lead_captured", """[{"type":"send","config":{"text":"first"}},{"type":"send","config":{"text":"second"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        await engine.Control.CancelAsync(Acme, accepted.Id, null, Cancelled);
        held.SetResult();
        await engine.DrainAsync();

        World.Effects.ShouldBe(["first"]);
        var run = (await engine.FindAsync(accepted.Id)).Event!.Runs[0];
        run.Status.ShouldBe(RunStatus.Cancelled);
        run.Steps.Select(step => step.Status).ShouldBe([StepStatus.Completed, StepStatus.Cancelled]);
    }

    [Fact]
    public async Task A_cancelled_scheduled_event_never_starts()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured", fresh => fresh with { RunAt = Clock.GetUtcNow().AddHours(1) });

        await engine.Control.CancelAsync(Acme, accepted.Id, null, Cancelled);
        await engine.PassAsync(TimeSpan.FromHours(2));

        World.Effects.ShouldBeEmpty();
        var stored = await engine.FindAsync(accepted.Id);
        (stored.Status, stored.Event!.Status).ShouldBe((WorkStatus.Cancelled, EventStatus.Cancelled));
    }

    [Fact]
    public async Task Another_tenant_is_told_that_the_work_does_not_exist()
    {
        World.Rule("later", "lead_captured", """[{"type":"send","delayMinutes":60,"config":{"text":"later"}}]""");
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");

        (await engine.Control.CancelAsync(Acme.Test, accepted.Id, null, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_failed_run_is_repeated_from_its_failed_step()
    {
        World.Rule("strict", "lead_captured", """[{"type":"mark","config":{"text":"once"}},{"type":"send","onError":"stop","config":{"text":"hi"}},{"type":"mark","config":{"text":"after"}}]""");
        World.OnSend = _ => new StepOutcome.Failed("131026", "Not a WhatsApp number.");
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await engine.DrainAsync();
        var failed = await engine.FindAsync(accepted.Id);
        (failed.Status, failed.Event!.Runs[0].Steps[1].ErrorCode).ShouldBe((WorkStatus.Failed, "131026"));
        failed.Event.Runs[0].Steps[2].Status.ShouldBe(StepStatus.Skipped);

        World.OnSend = _ => new StepOutcome.Done();
        await engine.Control.RetryAsync(Acme, accepted.Id, null, Cancelled);
        await engine.DrainAsync();

        World.Effects.ShouldBe(["once", "hi", "after"]);
        (await engine.FindAsync(accepted.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task What_did_not_happen_is_tried_again_and_holds_no_other_event_of_the_lead()
    {
        World.Rule("numbered", "lead_captured", """[{"type":"send","config":{"text":"{{ data.n }}"}}]""");
        var refusals = 2;
        World.OnSend = context => context.Config["text"]!.GetValue<string>() is "1" && refusals-- > 0
            ? new StepOutcome.TryLater("busy")
            : new StepOutcome.Done();
        var engine = await StartAsync();
        var slow = await engine.FireAsync("lead_captured", data: """{"n":1}""");
        await engine.FireAsync("lead_captured", data: """{"n":2}""");
        await engine.DrainAsync();
        World.Effects.ShouldBe(["2"]);

        await engine.PassAsync(TimeSpan.FromSeconds(6.1));
        await engine.PassAsync(TimeSpan.FromSeconds(36.1));

        World.Effects.ShouldBe(["2", "1"]);
        (await engine.FindAsync(slow.Id)).Event!.Runs[0].Steps[0].Attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Events_of_a_lead_start_in_the_order_accepted()
    {
        World.Rule("numbered", "lead_captured", """[{"type":"send","config":{"text":"{{ data.n }}"}}]""");
        var engine = await StartAsync(options => (options.Slots, options.SlotsPerTenant, options.ReservedSlots) = (8, 8, 1));

        foreach (var n in Enumerable.Range(1, 60))
        {
            await engine.FireAsync("lead_captured", data: $$"""{"n":{{n}}}""");
        }

        await engine.DrainAsync();
        World.Effects.ShouldBe(Enumerable.Range(1, 60).Select(n => $"{n}"));
    }

    [Fact]
    public async Task Rules_that_trigger_each_other_too_deep_fail_visibly()
    {
        World.Rule("loop", "tag_added", """[{"type":"send","config":{"text":"again"}}]""");
        var engine = await StartAsync();

        var allowed = await engine.FireAsync("tag_added", fresh => fresh with { Lineage = new Lineage("65f000000000000000000000", 10) });
        var refused = await engine.FireAsync("tag_added", fresh => fresh with { Lineage = new Lineage("65f000000000000000000000", 11) });
        await engine.DrainAsync();

        World.Effects.ShouldBe(["again"]);
        (await engine.FindAsync(allowed.Id)).Status.ShouldBe(WorkStatus.Completed);
        var failed = await engine.FindAsync(refused.Id);
        failed.Event!.Status.ShouldBe(EventStatus.Failed);
        failed.Event.Runs[0].Error!.ShouldStartWith("AUTOMATION_CIRCULAR");
    }

    [Fact]
    public async Task One_root_causes_at_most_a_thousand_events()
    {
        const string root = "65f000000000000000000000";
        World.Rule("loop", "tag_added", """[{"type":"send","config":{"text":"again"}}]""");
        var engine = await StartAsync();
        await engine.Services.Documents<EventChain>().TryAddAsync(new EventChain(root, 1, Lineage.MaxEvents - 1), Cancelled);

        await engine.FireAsync("tag_added", fresh => fresh with { Lineage = new Lineage(root, 1) });
        var refused = await engine.FireAsync("tag_added", fresh => fresh with { Lineage = new Lineage(root, 1) });
        await engine.DrainAsync();

        World.Effects.ShouldBe(["again"]);
        refused.Event!.Runs[0].Error!.ShouldStartWith("AUTOMATION_CIRCULAR");
    }
}
