using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class ResolutionTests
{
    private const string EventId = "65f000000000000000000000";

    private const string TwoMarks = """[{"type":"mark","config":{"text":"a"}},{"type":"mark","config":{"text":"b"}}]""";

    private const string MarkThenWait = """[{"type":"mark","config":{"text":"a"}},{"type":"wait","config":{"minutes":60}},{"type":"mark","config":{"text":"b"}}]""";

    private static readonly DateTimeOffset Due = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static Turn Later => new(Due.AddMinutes(5), Due, 0);

    [Theory]
    [InlineData(VerdictKind.Sent, RunStatus.Completed, "Completed,Completed")]
    [InlineData(VerdictKind.Failed, RunStatus.Failed, "Failed,Completed")]
    [InlineData(VerdictKind.Resend, RunStatus.Running, "Pending,Completed")]
    public void A_run_that_has_ended_follows_what_becomes_known(VerdictKind kind, RunStatus status, string steps)
    {
        var ended = RunMachine.Apply(Unknown(TwoMarks), 1, new StepOutcome.Done(), new Turn(Due, Due, 0));
        ended.Status.ShouldBe(RunStatus.Completed);

        var run = Resolution.Apply(ended, 0, Verdict(kind), Later);

        (run.Status, Statuses(run), run.Attention).ShouldBe((status, steps, false));
        run.FinishedAt.ShouldBe(kind is VerdictKind.Resend ? null : ended.FinishedAt);
        run.Error.ShouldBe(kind is VerdictKind.Failed ? "131026: no" : null);
    }

    [Theory]
    [InlineData(false, RunStatus.Waiting, "Failed,Waiting,Pending")]
    [InlineData(true, RunStatus.Failed, "Failed,Skipped,Skipped")]
    public void A_failure_that_becomes_known_late_ends_a_waiting_run_as_it_would_have_at_once(bool isSequence, RunStatus status, string steps)
    {
        var waiting = RunMachine.Apply(Unknown(MarkThenWait, isSequence), 1, new StepOutcome.WaitUntil(Due.AddMinutes(60)), new Turn(Due, Due, 0));

        var run = Resolution.Apply(waiting, 0, Verdict(VerdictKind.Failed), Later);

        (run.Status, Statuses(run)).ShouldBe((status, steps));
    }

    [Fact]
    public void What_is_on_its_way_out_when_a_failure_becomes_known_is_waited_for()
    {
        var run = Unknown(TwoMarks, isSequence: true);
        run = RunMachine.With(run, run.Steps[1] with { Status = StepStatus.Running, EffectStartedAt = Due });

        Statuses(Resolution.Apply(run, 0, Verdict(VerdictKind.Failed), Later)).ShouldBe("Failed,Running");
    }

    [Fact]
    public void A_step_to_be_repeated_goes_before_the_wait_after_it_and_the_wait_goes_on()
    {
        var waiting = RunMachine.Apply(Unknown(MarkThenWait), 1, new StepOutcome.WaitUntil(Due.AddMinutes(60)), new Turn(Due, Due, 0));

        var run = Resolution.Apply(waiting, 0, Verdict(VerdictKind.Resend), Later);
        run.Current()!.Index.ShouldBe(0);
        run = RunMachine.Apply(run, 0, new StepOutcome.Done(), Later);

        (run.Status, Statuses(run), run.Steps[1].DueAt).ShouldBe((RunStatus.Waiting, "Completed,Waiting,Pending", Due.AddMinutes(60)));
    }

    [Theory]
    [InlineData(VerdictKind.Sent, "Completed,Cancelled")]
    [InlineData(VerdictKind.Failed, "Failed,Cancelled")]
    [InlineData(VerdictKind.Resend, "Unknown,Cancelled")]
    public void A_cancelled_run_stays_cancelled_and_repeats_nothing(VerdictKind kind, string steps)
    {
        var run = Resolution.Apply(RunMachine.Cancel(Unknown(TwoMarks), Due), 0, Verdict(kind), Later);

        (run.Status, Statuses(run)).ShouldBe((RunStatus.Cancelled, steps));
    }

    [Fact]
    public void One_unknown_step_of_two_still_asks_for_attention()
    {
        var both = RunMachine.Apply(Unknown(TwoMarks), 1, new StepOutcome.Unknown("no answer"), new Turn(Due, Due, 0));

        var run = Resolution.Apply(both, 0, Verdict(VerdictKind.Sent), Later);
        run.Attention.ShouldBeTrue();
        Resolution.Apply(run, 1, Verdict(VerdictKind.Sent), Later).Attention.ShouldBeFalse();
    }

    [Fact]
    public void A_step_whose_outcome_is_known_and_one_that_is_not_there_stay_as_they_are()
    {
        var done = RunMachine.Apply(Start(TwoMarks, isSequence: false), 0, new StepOutcome.Done(), new Turn(Due, Due, 0));

        Resolution.Apply(done, 0, Verdict(VerdictKind.Failed), Later).ShouldBeSameAs(done);
        Resolution.Apply(done, 1, Verdict(VerdictKind.Sent), Later).ShouldBeSameAs(done);
        Resolution.Apply(done, 7, Verdict(VerdictKind.Sent), Later).ShouldBeSameAs(done);
    }

    [Fact]
    public void News_that_comes_before_the_step_knows_that_it_does_not_know_is_kept_for_it()
    {
        var run = Start(TwoMarks, isSequence: false);
        run = RunMachine.With(run, run.Steps[0] with { Status = StepStatus.Running, EffectStartedAt = Due });
        var work = WorkOf(run) with { Signals = [new Signal(SignalKind.Resolve, run.Id, Step: 0) { Verdict = Verdict(VerdictKind.Sent) }] };

        var early = Signals.Apply(work, Later);
        early.Signals.Count.ShouldBe(1);
        var after = Signals.Apply(EventMachine.Apply(early, 0, 0, new StepOutcome.Unknown("no answer"), Later), Later);

        after.Signals.ShouldBeEmpty();
        after.Event!.Runs[0].Steps[0].Status.ShouldBe(StepStatus.Completed);
        Signals.Apply(EventMachine.Apply(early, 0, 0, new StepOutcome.Failed("X", "no"), Later), Later).Event!.Runs[0].Steps[0].Status.ShouldBe(StepStatus.Failed);
    }

    [Fact]
    public void A_wish_to_repeat_is_not_kept_for_an_attempt_that_is_under_way()
    {
        var run = Start(TwoMarks, isSequence: false);
        run = RunMachine.With(run, run.Steps[0] with { Status = StepStatus.Running, EffectStartedAt = Due });
        var work = WorkOf(run) with { Signals = [new Signal(SignalKind.Resolve, run.Id, Step: 0) { Verdict = Verdict(VerdictKind.Resend) }] };

        Signals.Apply(work, Later).Signals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, VerdictKind.Sent, WorkStatus.Completed, null)]
    [InlineData(true, VerdictKind.Failed, WorkStatus.Failed, "131026: no")]
    [InlineData(true, VerdictKind.Resend, WorkStatus.Failed, "UNKNOWN: lost")]
    [InlineData(false, VerdictKind.Sent, WorkStatus.Failed, "X: no")]
    public void A_job_that_ended_without_knowing_follows_too(bool isUnknown, VerdictKind kind, WorkStatus status, string? error)
    {
        WorkOutcome outcome = isUnknown ? new WorkOutcome.Unknown("lost") : new WorkOutcome.Failed("X", "no");
        var ended = JobMachine.Apply(WorkOf(null), outcome, Later);

        var work = Signals.Apply(ended, new Signal(SignalKind.Resolve) { Verdict = Verdict(kind) }, Later);

        (work.Status, work.LastError).ShouldBe((status, error));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(49, 199)]
    public void A_steps_id_leads_back_to_where_it_stands(int run, int step)
    {
        var id = WorkIds.Step(EventId, run, step);

        StepPlace.Of(id).ShouldBe(new StepPlace(WorkIds.Run(EventId, run), step));
        WorkIds.StepOf(WorkIds.Run(EventId, run), step).ShouldBe(id);
        StepPlace.Of(EventId).ShouldBeNull();
        StepPlace.Of(WorkIds.Callback(EventId)).ShouldBeNull();
        WorkIds.StepOf(WorkIds.Run(EventId, run), 200).ShouldBeNull();
        WorkIds.StepOf(EventId, 0).ShouldBeNull();
    }

    private static Verdict Verdict(VerdictKind kind) => new(kind) { Code = "131026", Why = "no" };

    private static Run Unknown(string actions, bool isSequence = false) =>
        RunMachine.Apply(Start(actions, isSequence), 0, new StepOutcome.Unknown("no answer"), new Turn(Due, Due, 0));

    private static WorkItem WorkOf(Run? run) => new()
    {
        Id = EventId,
        Tenant = "ACME",
        Type = run is null ? "message" : WorkItem.EventType,
        CreatedAt = Due,
        RunAt = Due,
        Event = run is null ? null : new EventState { Trigger = "go", IsMatched = true, Runs = [run] },
    };

    private static string Statuses(Run run) => string.Join(',', run.Steps.Select(step => step.Status));

    private static Run Start(string actions, bool isSequence) =>
        RunMachine.Start(EventId, 0, new World().Rule("rule", "t", actions, isSequence), [], new Turn(Due, Due, 0));
}
