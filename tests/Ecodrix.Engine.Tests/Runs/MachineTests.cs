using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class MachineTests
{
    private const string EventId = "65f000000000000000000000";

    private static readonly DateTimeOffset Due = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, "Completed,Completed,Completed,Skipped,Skipped,Completed")]
    [InlineData(false, "Completed,Skipped,Skipped,Completed,Completed,Completed")]
    public void A_branch_runs_one_side_and_skips_all_of_the_other(bool then, string expected)
    {
        var run = Start("""
            [{"type":"branch","config":{"condition":{"field":"lead.x","operator":"exists"},
               "then":[{"type":"mark","config":{"text":"a"}},{"type":"mark","config":{"text":"b"}}],
               "else":[{"type":"mark","config":{"text":"c"}},{"type":"mark","config":{"text":"d"}}]}},
             {"type":"mark","config":{"text":"e"}}]
            """);

        run = RunMachine.Apply(run, 0, new StepOutcome.Branched(then), At(0));
        while (run.Current() is { } step)
        {
            run = RunMachine.Apply(run, step.Index, new StepOutcome.Done(), At(1));
        }

        Statuses(run).ShouldBe(expected);
        run.Status.ShouldBe(RunStatus.Completed);
    }

    [Theory]
    [InlineData(false, "Failed,Completed", RunStatus.Failed)]
    [InlineData(true, "Failed,Skipped", RunStatus.Failed)]
    public void A_failure_goes_on_in_a_plain_rule_and_ends_a_sequence(bool isSequence, string expected, RunStatus status)
    {
        var run = Start("""[{"type":"mark","config":{"text":"a"}},{"type":"mark","config":{"text":"b"}}]""", isSequence);

        run = RunMachine.Apply(run, 0, new StepOutcome.Failed("X", "no"), At(0));
        while (run.Current() is { } step)
        {
            run = RunMachine.Apply(run, step.Index, new StepOutcome.Done(), At(0));
        }

        (Statuses(run), run.Status).ShouldBe((expected, status));
        run.Error.ShouldBe("X: no");
    }

    [Theory]
    [InlineData(false, 10, 30)]
    [InlineData(true, 10, 45)]
    public void Delays_count_from_the_trigger_or_in_a_sequence_from_the_step_before(bool isSequence, int first, int second)
    {
        var run = Start("""[{"type":"mark","delayMinutes":10,"config":{"text":"a"}},{"type":"mark","delayMinutes":30,"config":{"text":"b"}}]""", isSequence);
        run.Steps[0].DueAt.ShouldBe(Due.AddMinutes(first));

        run = RunMachine.Apply(run, 0, new StepOutcome.Done(), At(15));

        run.Steps[1].DueAt.ShouldBe(Due.AddMinutes(second));
        run.Status.ShouldBe(RunStatus.Waiting);
    }

    [Fact]
    public void A_step_falls_due_no_earlier_than_the_one_before_has_ended()
    {
        var run = Start("""[{"type":"wait","config":{"minutes":60}},{"type":"mark","config":{"text":"b"}}]""");

        run = RunMachine.Apply(run, 0, new StepOutcome.WaitUntil(Due.AddMinutes(60)), At(0));
        run = RunMachine.EndWait(run, 0, At(60));

        run.Steps[1].DueAt.ShouldBe(Due.AddMinutes(60));
    }

    [Fact]
    public void An_unknown_outcome_counts_as_sent_and_asks_for_attention()
    {
        var run = RunMachine.Apply(Start("""[{"type":"mark","config":{"text":"a"}}]"""), 0, new StepOutcome.Unknown("no answer"), At(0));

        (run.Status, run.Attention, run.Steps[0].Status).ShouldBe((RunStatus.Completed, true, StepStatus.Unknown));
    }

    [Fact]
    public void Five_attempts_are_made_with_growing_pauses_and_then_it_has_failed()
    {
        var run = Start("""[{"type":"mark","config":{"text":"a"}}]""");
        var pauses = new List<double>();
        while (run.Current() is not null)
        {
            run = RunMachine.Apply(run, 0, new StepOutcome.TryLater("busy"), At(0));
            pauses.Add(run.Steps[0].RetryAt is { } at ? (at - Due).TotalSeconds : -1);
        }

        pauses.ShouldBe([5, 30, 120, 600, -1]);
        (run.Steps[0].ErrorCode, run.Steps[0].Attempts).ShouldBe((StepMachine.RetriesExhausted, 5));
    }

    [Fact]
    public void Waiting_for_a_rate_limit_is_no_attempt_and_its_time_is_honoured()
    {
        var run = RunMachine.Apply(Start("""[{"type":"mark","config":{"text":"a"}}]"""), 0, new StepOutcome.TryLater("limit", Due.AddMinutes(7), CountsAsAttempt: false), At(0));

        (run.Steps[0].Attempts, run.Steps[0].RetryAt).ShouldBe((0, Due.AddMinutes(7)));
    }

    [Fact]
    public void Stop_ends_the_run_completed()
    {
        var run = RunMachine.Apply(Start("""[{"type":"stop","config":{}},{"type":"mark","config":{"text":"b"}}]"""), 0, new StepOutcome.Stopped(), At(0));

        (Statuses(run), run.Status).ShouldBe(("Completed,Skipped", RunStatus.Completed));
    }

    [Fact]
    public void A_cancelled_step_whose_effect_was_started_is_unknown()
    {
        var run = Start("""[{"type":"mark","config":{"text":"a"}}]""");
        run = run with { Steps = [run.Steps[0] with { EffectStartedAt = Due }] };

        var cancelled = RunMachine.Cancel(run, Due);

        (cancelled.Status, cancelled.Steps[0].Status, cancelled.Attention).ShouldBe((RunStatus.Cancelled, StepStatus.Unknown, true));
    }

    [Theory]
    [InlineData("2026-03-15T10:00:00Z", "09:00-18:00", "2026-03-15T10:00:00.000Z")]
    [InlineData("2026-03-15T02:00:00Z", "09:00-18:00", "2026-03-15T03:30:00.000Z")]
    [InlineData("2026-03-15T13:00:00Z", "09:00-18:00", "2026-03-16T03:30:00.000Z")]
    [InlineData("2026-03-15T17:00:00Z", "21:00-08:00", "2026-03-15T17:00:00.000Z")]
    [InlineData("2026-03-15T10:00:00Z", "21:00-08:00", "2026-03-15T15:30:00.000Z")]
    public void A_window_moves_a_time_to_its_next_opening(string time, string window, string expected)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
        WaitTime.TryParse(time, zone, out var at).ShouldBeTrue();

        Storage.Instants.Write(WaitTime.Into(at, window, zone)).ShouldBe(expected);
    }

    [Fact]
    public void A_local_time_is_read_in_its_zone_even_where_the_clocks_skip_it()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        WaitTime.TryParse("2026-03-29T02:30", zone, out var skipped).ShouldBeTrue();
        WaitTime.TryParse("tomorrow", zone, out _).ShouldBeFalse();

        Storage.Instants.Write(skipped).ShouldBe("2026-03-29T01:30:00.000Z");
    }

    [Fact]
    public void Due_work_is_dealt_over_the_tenants_in_turn()
    {
        var due = new[] { "A", "A", "A", "B", "A", "C" }.Select((tenant, n) => Item(tenant, n)).ToList();

        var dealt = FairDeal.Deal(due, 4, Chances(("A", 2, 1), ("B", 10, 1), ("C", 10, 1)));

        dealt.Select(work => work.Tenant).ShouldBe(["A", "B", "C", "A"]);
    }

    [Fact]
    public void A_tenant_of_twice_the_weight_is_dealt_two_for_each_of_another_s()
    {
        var due = new[] { "A", "A", "A", "A", "B", "B", "B" }.Select((tenant, n) => Item(tenant, n)).ToList();

        var dealt = FairDeal.Deal(due, 6, Chances(("A", 10, 2), ("B", 10, 1)));

        dealt.Select(work => work.Tenant).ShouldBe(["A", "A", "B", "A", "A", "B"]);
    }

    [Fact]
    public void A_tenant_that_is_held_is_dealt_nothing()
    {
        var due = new[] { "A", "B" }.Select((tenant, n) => Item(tenant, n)).ToList();

        FairDeal.Deal(due, 6, Chances(("B", 10, 1))).Select(work => work.Tenant).ShouldBe(["B"]);
    }

    private static Dictionary<string, (int Room, int Weight)> Chances(params (string Tenant, int Room, int Weight)[] chances) =>
        chances.ToDictionary(chance => chance.Tenant, chance => (chance.Room, chance.Weight), StringComparer.Ordinal);

    private static WorkItem Item(string tenant, int n) =>
        new() { Id = $"{n:x24}", Tenant = tenant, Type = "noop", CreatedAt = Due, RunAt = Due };

    private static Turn At(int minutes) => new(Due.AddMinutes(minutes), Due, 0);

    private static string Statuses(Run run) => string.Join(',', run.Steps.Select(step => step.Status));

    private static Run Start(string actions, bool isSequence = false) =>
        RunMachine.Start(EventId, 0, new World().Rule("rule", "t", actions, isSequence), [], At(0));
}
