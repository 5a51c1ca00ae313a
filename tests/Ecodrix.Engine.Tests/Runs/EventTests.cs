using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class EventTests : EngineTests
{
    [Fact]
    public async Task An_event_that_leaves_nothing_to_do_at_once_is_concluded_by_the_write_that_accepts_it()
    {
        World.Rule("later", "lead_captured", """[{"type":"send","delayMinutes":1,"config":{"text":"later"}}]""");
        var engine = await StartAsync();

        var waiting = await engine.FireAsync("lead_captured");
        var unheard = await engine.FireAsync("nobody_listens");

        (waiting.Version, waiting.Lease, waiting.DueAt).ShouldBe((1, null, Clock.GetUtcNow().AddMinutes(1)));
        (waiting.Event!.Status, waiting.Event.Runs[0].Status).ShouldBe((EventStatus.Completed, RunStatus.Waiting));
        (unheard.Status, unheard.DueAt, unheard.Event!.Status).ShouldBe((WorkStatus.Completed, null, EventStatus.Completed));
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        World.Effects.ShouldBe(["later"]);
    }

    [Fact]
    public async Task An_accepted_event_runs_its_rules_and_reports_once_they_have_ended()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"Hello {{ lead.firstName }}"}}]""");
        var engine = await StartAsync();

        var accepted = await engine.FireAsync("lead_captured", EngineProcess.WithCallback);
        await engine.DrainAsync();

        accepted.Event!.Runs.Count.ShouldBe(1);
        World.Effects.ShouldBe(["Hello Asha"]);
        World.Callbacks.ShouldHaveSingleItem().Body.ShouldBe("Completed Completed 2026-03-15T09:30:00.000Z");
        var settled = await engine.FindAsync(accepted.Id);
        settled.Status.ShouldBe(WorkStatus.Completed);
        settled.Event!.Status.ShouldBe(EventStatus.Completed);
        settled.Callback!.Status.ShouldBe(CallbackStatus.Delivered);
        (settled.DueAt, settled.Lease).ShouldBe((null, null));
    }

    [Fact]
    public async Task An_event_without_rules_is_completed_and_reported()
    {
        var engine = await StartAsync();

        var accepted = await engine.FireAsync("nobody_listens", EngineProcess.WithCallback);
        await engine.DrainAsync();

        World.Callbacks.Count.ShouldBe(1);
        (await engine.FindAsync(accepted.Id)).Event!.Status.ShouldBe(EventStatus.Completed);
    }

    [Fact]
    public async Task A_scheduled_event_matches_its_rules_when_its_time_has_come_and_not_before()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var engine = await StartAsync();

        var accepted = await engine.FireAsync("lead_captured", fresh => fresh with { RunAt = Clock.GetUtcNow().AddDays(366) });
        accepted.Event!.Status.ShouldBe(EventStatus.Scheduled);
        (accepted.Event.RulesMatched, accepted.Event.Runs.Count).ShouldBe((1, 0));
        await engine.PassAsync(TimeSpan.FromDays(366) - TimeSpan.FromSeconds(1));
        World.Effects.ShouldBeEmpty();

        await engine.PassAsync(TimeSpan.FromSeconds(1));
        World.Effects.ShouldBe(["hi"]);
    }
}
