using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class FlowTests : EngineTests
{
    private const string Greet = """[{"type":"send","config":{"text":"{{ data.n }}"}}]""";
    private const string Remind = """[{"type":"send","delayMinutes":60,"config":{"text":"remind {{ data.id }}"}}]""";
    private const string Debounced = ""","limits":{"debounceSeconds":30}""";

    public static TheoryData<int, bool> Deaths()
    {
        var deaths = new TheoryData<int, bool>();
        foreach (var write in Enumerable.Range(1, 5))
        {
            deaths.Add(write, false);
            deaths.Add(write, true);
        }

        return deaths;
    }

    [Fact]
    public async Task Twenty_simultaneous_events_with_one_key_start_exactly_one_run()
    {
        World.Rule("once", "paid", Greet, more: ""","limits":{"oncePer":"{{ data.order }}","withinMinutes":60}""");
        var engine = await StartAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => engine.FireAsync("paid", data: $$"""{"order":"A-1","n":{{n}}}""")));
        await engine.DrainAsync();

        all.Sum(work => work.Event!.Runs.Count).ShouldBe(1);
        all.Sum(work => work.Event!.Skipped.Count(skipped => skipped.Reason.StartsWith("limits.oncePer:", StringComparison.Ordinal))).ShouldBe(19);
        World.Effects.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_free_again_when_its_time_is_over_and_another_key_always()
    {
        World.Rule("once", "paid", Greet, more: ""","limits":{"oncePer":"{{ data.order }}","withinMinutes":60}""");
        var engine = await StartAsync();
        await engine.FireAsync("paid", data: """{"order":"A","n":1}""");

        await engine.FireAsync("paid", data: """{"order":"B","n":2}""");
        await engine.PassAsync(TimeSpan.FromMinutes(59));
        (await engine.FireAsync("paid", data: """{"order":"A","n":3}""")).Event!.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("limits.oncePer: already ran for A within 60 minutes");
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.FireAsync("paid", data: """{"order":"A","n":4}""");
        await engine.FireAsync("paid", data: """{"n":5}""");
        await engine.FireAsync("paid", data: """{"n":6}""");

        await engine.DrainAsync();
        World.Effects.Order(StringComparer.Ordinal).ShouldBe(["1", "2", "4", "5", "6"]);
    }

    [Fact]
    public async Task A_key_that_was_taken_for_an_event_that_never_came_is_free_after_the_restart()
    {
        World.Rule("once", "paid", Greet, more: ""","limits":{"oncePer":"{{ data.order }}"}""");
        var first = await StartAsync();
        first.Death.At(2);
        await Should.ThrowAsync<DatabaseUnavailableException>(() => first.FireAsync("paid", data: """{"order":"A","n":1}"""));
        first.Kill();
        Clock.Advance(TimeSpan.FromSeconds(1));

        var second = await StartAsync();
        await second.FireAsync("paid", data: """{"order":"A","n":2}""");
        await second.DrainAsync();

        World.Effects.ShouldBe(["2"]);
    }

    [Fact]
    public async Task Of_events_in_quick_succession_only_the_last_runs()
    {
        World.Rule("quiet", "typed", Greet, more: Debounced);
        var engine = await StartAsync();
        var first = await engine.FireAsync("typed", data: """{"n":1}""");
        await engine.FireAsync("typed", lead: "lead-2", data: """{"n":9}""");
        await engine.PassAsync(TimeSpan.FromSeconds(20));
        await engine.FireAsync("typed", data: """{"n":2}""");
        await engine.PassAsync(TimeSpan.FromSeconds(29));
        World.Effects.ShouldBe(["9"]);

        await engine.PassAsync(TimeSpan.FromSeconds(1));
        World.Effects.ShouldBe(["9", "2"]);
        var ended = (await engine.FindAsync(first.Id)).Event!;
        (ended.Runs[0].Status, ended.Runs[0].Error).ShouldBe((RunStatus.Cancelled, "limits.debounceSeconds: debounced by a later event"));
        ended.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("limits.debounceSeconds: debounced by a later event");

        await engine.FireAsync("typed", data: """{"n":3}""");
        await engine.PassAsync(TimeSpan.FromSeconds(30));
        World.Effects.ShouldBe(["9", "2", "3"]);
    }

    [Fact]
    public async Task Of_simultaneous_events_that_wait_for_quiet_exactly_one_runs()
    {
        World.Rule("quiet", "typed", Greet, more: Debounced);
        var engine = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => engine.FireAsync("typed", data: $$"""{"n":{{n}}}""")));
        await engine.PassAsync(TimeSpan.FromSeconds(30));

        World.Effects.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_while_one_event_replaces_another_runs_the_last_accepted_one_and_no_other(int write, bool afterTheWrite)
    {
        World.Rule("quiet", "typed", Greet, more: Debounced);
        var first = await StartAsync();
        await first.FireAsync("typed", data: """{"n":1}""");
        await first.PassAsync(TimeSpan.FromSeconds(5));
        first.Death.AfterThePoint = afterTheWrite;
        first.Death.At(write);
        var later = await TryFireAsync(first);
        first.Kill();
        Clock.Advance(TimeSpan.FromSeconds(1));

        var second = await StartAsync();
        var isDurable = await second.Queue.Documents.CountAsync(null, 10, Cancelled) == 2;
        await second.PassAsync(TimeSpan.FromMinutes(2));
        await second.PassAsync(TimeSpan.FromMinutes(2));

        isDurable.ShouldBe(later || isDurable);
        World.Effects.ShouldBe([isDurable ? "2" : "1"]);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_at_the_moment_a_quiet_run_starts_sends_it_at_most_once_and_never_forgets_it(int write, bool afterTheWrite)
    {
        World.Rule("quiet", "typed", """[{"type":"mark","config":{"text":"{{ data.n }}"}}]""", more: ""","limits":{"oncePer":"{{ data.n }}","debounceSeconds":30}""");
        var first = await StartAsync();
        var fired = await first.FireAsync("typed", data: """{"n":1}""");
        await first.DrainAsync();
        first.Death.AfterThePoint = afterTheWrite;
        first.Death.At(write);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await UntilDeathAsync(first);
        first.Kill();

        var second = await StartAsync();
        await second.PassAsync(TimeSpan.FromMinutes(2));

        World.Effects.ShouldBe(["1"]);
        (await second.FindAsync(fired.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task A_replaced_run_leaves_its_key_to_the_last_and_one_that_ran_holds_it()
    {
        World.Rule("both", "typed", Greet, more: ""","limits":{"oncePer":"{{ lead._id }}","withinMinutes":60,"debounceSeconds":30}""");
        var engine = await StartAsync();
        await engine.FireAsync("typed", data: """{"n":1}""");
        await engine.FireAsync("typed", data: """{"n":2}""");
        await engine.PassAsync(TimeSpan.FromSeconds(30));

        var third = await engine.FireAsync("typed", data: """{"n":3}""");
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        World.Effects.ShouldBe(["2"]);
        third.Event!.Skipped.ShouldHaveSingleItem().Reason.ShouldStartWith("limits.oncePer: already ran for lead-1");
    }

    [Fact]
    public async Task A_cancelled_appointment_stops_its_own_reminders_only()
    {
        World.Rule("remind", "booked", Remind, more: ""","cancelOn":[{"trigger":"cancelled","match":"data.id"}]""");
        var engine = await StartAsync();
        await engine.FireAsync("cancelled", data: """{"id":2}""");
        var one = await engine.FireAsync("booked", data: """{"id":1}""");
        await engine.FireAsync("booked", data: """{"id":2}""");
        await engine.FireAsync("booked", lead: "lead-2", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(5));

        await engine.FireAsync("cancelled", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromHours(1));

        World.Effects.Order(StringComparer.Ordinal).ShouldBe(["remind 1", "remind 2"]);
        var run = (await engine.FindAsync(one.Id)).Event!.Runs[0];
        (run.Status, run.Error).ShouldBe((RunStatus.Cancelled, "cancelOn: cancelled came"));
        (await engine.Services.Documents<CancelMark>().CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelling_event_must_meet_its_condition()
    {
        World.Rule("remind", "booked", Remind, more: ""","cancelOn":[{"trigger":"changed","condition":{"field":"data.to","operator":"eq","value":"off"}}]""");
        var engine = await StartAsync();
        var booked = await engine.FireAsync("booked", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        await engine.FireAsync("changed", data: """{"to":"on"}""");
        await engine.DrainAsync();
        (await engine.FindAsync(booked.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Waiting);

        await engine.FireAsync("changed", data: """{"to":"off"}""");
        await engine.DrainAsync();
        (await engine.FindAsync(booked.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task An_event_that_starts_the_rule_anew_ends_the_run_before_and_not_its_own()
    {
        World.Rule("remind", "booked", Remind, more: ""","cancelOn":[{"trigger":"booked"}]""");
        var engine = await StartAsync();
        await engine.FireAsync("booked", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.FireAsync("booked", data: """{"id":2}""");

        await engine.PassAsync(TimeSpan.FromHours(1));

        World.Effects.ShouldBe(["remind 2"]);
    }

    [Fact]
    public async Task A_send_in_progress_stays_what_it_is_when_the_run_is_cancelled()
    {
        World.Rule("two", "booked", """[{"type":"send","config":{"text":"first"}},{"type":"send","config":{"text":"second"}}]""", more: ""","cancelOn":[{"trigger":"cancelled"}]""");
        var hold = new TaskCompletionSource();
        World.Hold = hold.Task;
        var engine = await StartAsync();
        var booked = await engine.FireAsync("booked");
        await World.Entered.Task;

        await engine.FireAsync("cancelled", fresh => fresh with { Lane = Lane.Bulk });
        hold.SetResult();
        await engine.DrainAsync();

        var steps = (await engine.FindAsync(booked.Id)).Event!.Runs[0].Steps;
        steps[0].Status.ShouldBe(StepStatus.Completed);
        World.Effects[0].ShouldBe("first");
    }

    [Fact]
    public async Task A_canceller_whose_process_died_before_it_told_ends_the_run_after_the_restart()
    {
        World.Rule("remind", "booked", Remind, more: ""","cancelOn":[{"trigger":"cancelled"}]""");
        var first = await StartAsync();
        await first.FireAsync("booked", data: """{"id":1}""");
        await first.PassAsync(TimeSpan.FromMinutes(1));
        first.Death.AfterThePoint = true;
        first.Death.At(1);
        await Should.ThrowAsync<DatabaseUnavailableException>(() => first.FireAsync("cancelled"));
        first.Kill();

        var second = await StartAsync();
        await second.PassAsync(TimeSpan.FromHours(2));

        World.Effects.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_falls_due_in_quiet_hours_goes_when_they_end_and_does_not_expire_meanwhile()
    {
        World.Rule("late", "asked", """[{"type":"mark","config":{"text":"mark"}},{"type":"send","expiresAfterMinutes":10,"config":{"text":"send"}}]""", more: ""","quietHours":"09:00-18:00" """);
        var engine = await StartAsync();
        var asked = await engine.FireAsync("asked", EngineProcess.WithCallback);
        await engine.DrainAsync();

        World.Effects.ShouldBe(["mark"]);
        World.Callbacks.ShouldHaveSingleItem().Body.ShouldStartWith("Completed Waiting ");
        var step = (await engine.FindAsync(asked.Id)).Event!.Runs[0].Steps[1];
        (step.Status, step.HeldFor).ShouldBe((StepStatus.Waiting, "quiet hours until 2026-03-15T18:00:00.000Z"));

        await engine.PassAsync(TimeSpan.FromHours(8.5));
        World.Effects.ShouldBe(["mark", "send"]);
        step = (await engine.FindAsync(asked.Id)).Event!.Runs[0].Steps[1];
        (step.Status, step.HeldFor).ShouldBe((StepStatus.Completed, null));
    }

    private static async Task UntilDeathAsync(EngineProcess process)
    {
        try
        {
            await process.DrainAsync();
        }
        catch (DatabaseUnavailableException)
        {
            process.Death.IsDead.ShouldBeTrue();
        }
    }

    private static async Task<bool> TryFireAsync(EngineProcess process)
    {
        try
        {
            await process.FireAsync("typed", data: """{"n":2}""");
            return true;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }
}
