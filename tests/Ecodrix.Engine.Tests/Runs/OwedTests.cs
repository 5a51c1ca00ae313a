using System.Text.Json;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Tests.Runs;

/// <summary>When a step was owed, whenever a restored server comes to it.</summary>
public sealed class OwedTests
{
    private static readonly DateTimeOffset Due = new(2026, 3, 15, 9, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Restored = Due.AddHours(5);

    [Fact]
    public void A_first_step_is_owed_when_its_delay_is_over() =>
        Owed.OfStep(RunOf(false, Step(0, delay: 10)), 0, Due, Restored).ShouldBe(Due.AddMinutes(10));

    [Fact]
    public void What_was_due_before_is_believed_as_it_stands() =>
        Owed.OfStep(RunOf(false, Step(0, dueAt: Due.AddHours(2))), 0, Due, Restored).ShouldBe(Due.AddHours(2));

    [Fact]
    public void What_was_asked_once_stays() =>
        Owed.OfStep(RunOf(false, Step(0) with { OwedAt = Due.AddMinutes(3), DueAt = Restored }), 0, Due, Restored).ShouldBe(Due.AddMinutes(3));

    [Fact]
    public void A_sequences_step_counts_from_the_end_of_the_one_before_as_it_was() =>
        Owed.OfStep(RunOf(true, Ended(Step(0), Due.AddMinutes(1)), Step(1, delay: 30, dueAt: Restored)), 1, Due, Restored).ShouldBe(Due.AddMinutes(31));

    [Fact]
    public void What_was_done_again_only_now_is_taken_as_done_when_it_was_owed() =>
        Owed.OfStep(RunOf(true, Ended(Step(0, delay: 5, dueAt: Due.AddMinutes(5)), Restored), Step(1, delay: 30, dueAt: Restored)), 1, Due, Restored).ShouldBe(Due.AddMinutes(35));

    [Fact]
    public void A_wait_that_was_under_way_ends_when_it_was_to_end() =>
        Owed.OfStep(RunOf(false, Ended(Wait(0, Due, Due.AddHours(1)), Restored), Step(1, dueAt: Restored)), 1, Due, Restored).ShouldBe(Due.AddHours(1));

    [Fact]
    public void A_wait_that_is_begun_only_now_lasts_as_long_as_it_says_from_when_it_was_owed() =>
        Owed.OfStep(RunOf(false, Ended(Wait(0, Restored, Restored.AddHours(1)), Restored.AddHours(1)), Step(1, dueAt: Restored.AddHours(1))), 1, Due, Restored).ShouldBe(Due.AddHours(1));

    [Fact]
    public void A_plain_rules_step_is_owed_no_earlier_than_its_own_delay() =>
        Owed.OfStep(RunOf(false, Ended(Step(0), Due), Step(1, delay: 90, dueAt: Restored)), 1, Due, Restored).ShouldBe(Due.AddMinutes(90));

    [Fact]
    public void An_event_that_came_only_now_is_what_its_wait_ended_with()
    {
        var received = Ended(Wait(0, Due, Due.AddDays(1)) with { Type = "wait_for" }, Restored.AddMinutes(7)) with { Result = JsonSerializer.SerializeToElement(new Dictionary<string, bool>(StringComparer.Ordinal) { ["received"] = true }) };

        Owed.OfStep(RunOf(false, received, Step(1, dueAt: Restored.AddMinutes(7))), 1, Due, Restored).ShouldBe(Restored.AddMinutes(7));
    }

    [Fact]
    public void What_a_branch_left_out_does_not_count() =>
        Owed.OfStep(RunOf(true, Ended(Step(0), Due), Ended(Step(1), Restored) with { Status = StepStatus.Skipped }, Step(2, delay: 1, dueAt: Restored)), 2, Due, Restored).ShouldBe(Due.AddMinutes(1));

    private static Run RunOf(bool isSequence, params IReadOnlyList<Step> steps) =>
        new() { Id = "r", RuleId = "rule", RuleName = "rule", RuleVersion = 1, IsSequence = isSequence, StartedAt = Due, Steps = steps };

    private static Step Step(int index, double delay = 0, DateTimeOffset? dueAt = null) =>
        new() { Index = index, Path = $"{index}", Type = "send", Delay = TimeSpan.FromMinutes(delay), DueAt = dueAt };

    private static Step Wait(int index, DateTimeOffset from, DateTimeOffset until) => Step(index, dueAt: until) with { Type = "wait", StartedAt = from };

    private static Step Ended(Step step, DateTimeOffset at) => step with { Status = StepStatus.Completed, FinishedAt = at };
}
