using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Live;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>What is new between two states of work: a line for each case.</summary>
public sealed class WorkFactTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly Run Fresh = new() { Id = "r", RuleId = "u", RuleName = "U", RuleVersion = 1, StartedAt = Now, Steps = [StepOf(StepStatus.Pending), StepOf(StepStatus.Pending, 1)] };

    private static readonly WorkItem Accepted = Work(EventStatus.Received, Fresh);

    [Fact]
    public void An_accepted_event_has_come_and_its_runs_have_started() => Told(null, Accepted).ShouldBe(["Received", "RunStarted r"]);

    [Fact]
    public void An_event_that_ends_as_it_is_accepted_is_told_as_both() => Told(null, Work(EventStatus.Completed)).ShouldBe(["Received", "Ended Completed"]);

    [Fact]
    public void The_same_state_says_nothing() => Told(Accepted, Accepted with { Version = 2, Lease = null, DueAt = Now }).ShouldBeEmpty();

    [Theory]
    [InlineData(StepStatus.Running)]
    [InlineData(StepStatus.Waiting)]
    [InlineData(StepStatus.Completed)]
    [InlineData(StepStatus.Skipped)]
    [InlineData(StepStatus.Unknown)]
    public void A_step_that_has_moved_is_told_alone(StepStatus status) =>
        Told(Accepted, Work(EventStatus.Processing, With(StepOf(status)))).ShouldBe([$"StepMoved r 0 {status}"]);

    [Fact]
    public void An_attempt_an_error_and_a_hold_are_moves_too()
    {
        Told(Accepted, Work(EventStatus.Processing, With(StepOf(StepStatus.Pending) with { Attempts = 1 }))).ShouldBe(["StepMoved r 0 Pending"]);
        Told(Accepted, Work(EventStatus.Processing, With(StepOf(StepStatus.Pending) with { LastError = "no" }))).ShouldBe(["StepMoved r 0 Pending"]);
        Told(Accepted, Work(EventStatus.Processing, With(StepOf(StepStatus.Pending) with { HeldFor = "paused" }))).ShouldBe(["StepMoved r 0 Pending"]);
        Told(Accepted, Work(EventStatus.Processing, With(StepOf(StepStatus.Pending) with { DueAt = Now }))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(RunStatus.Completed)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Cancelled)]
    public void A_run_that_ends_is_told_after_its_steps_and_before_its_event(RunStatus status) =>
        Told(Accepted, Work(EventStatus.Failed, With(StepOf(StepStatus.Completed)) with { Status = status })).ShouldBe(["StepMoved r 0 Completed", $"RunEnded r {status}", "Ended Failed"]);

    [Fact]
    public void A_run_that_waits_or_works_on_has_not_ended() =>
        Told(Accepted, Work(EventStatus.Received, Fresh with { Status = RunStatus.Waiting })).ShouldBeEmpty();

    [Fact]
    public void A_run_that_waits_for_quiet_is_told_when_it_starts_and_not_at_all_when_it_is_replaced()
    {
        var held = Fresh with { Pending = new PendingStart("claim", null, null) };
        Told(null, Work(EventStatus.Received, held)).ShouldBe(["Received"]);
        Told(Work(EventStatus.Received, held), Accepted).ShouldBe(["RunStarted r"]);
        Told(Work(EventStatus.Received, held), Work(EventStatus.Received, held with { Status = RunStatus.Cancelled })).ShouldBeEmpty();
    }

    [Fact]
    public void A_retry_starts_a_run_again() =>
        Told(Work(EventStatus.Failed, With(StepOf(StepStatus.Failed)) with { Status = RunStatus.Failed }), Work(EventStatus.Failed, Fresh)).ShouldBe(["RunStarted r", "StepMoved r 0 Pending"]);

    [Fact]
    public void A_callback_is_told_each_time_that_it_comes_to_an_end()
    {
        var callback = new CallbackState { Id = "c", Url = "https://x.test" };
        var pending = Accepted with { Callback = callback };
        var delivered = Accepted with { Callback = callback with { Status = CallbackStatus.Delivered } };
        Told(pending, delivered).ShouldBe(["CallbackEnded Delivered"]);
        Told(delivered, pending).ShouldBeEmpty();
        Told(pending, Accepted with { Callback = callback with { Status = CallbackStatus.Failed } }).ShouldBe(["CallbackEnded Failed"]);
        Told(delivered, delivered).ShouldBeEmpty();
    }

    [Fact]
    public void An_attempt_of_a_callback_after_which_another_is_due_is_told_once()
    {
        var callback = new CallbackState { Id = "c", Url = "https://x.test" };
        var tried = callback with { Attempts = [new CallbackAttempt(Now, 500, 12, "The receiver answered 500.", null)] };
        Told(Accepted with { Callback = callback }, Accepted with { Callback = tried }).ShouldBe(["CallbackTried"]);
        Told(Accepted with { Callback = tried }, Accepted with { Callback = tried with { HeldFor = "The receiver fails." } }).ShouldBeEmpty();
        Told(Accepted with { Callback = callback }, Accepted with { Callback = tried with { Status = CallbackStatus.Failed } }).ShouldBe(["CallbackEnded Failed"]);
    }

    [Fact]
    public void A_job_tells_its_progress_and_nothing_of_an_event()
    {
        var job = new WorkItem { Id = "j", Tenant = "ACME", Type = "replay", CreatedAt = Now, RunAt = Now };
        Told(null, job).ShouldBeEmpty();
        Told(job, job with { Progress = new Progress(1, 2) }).ShouldBe(["Progressed 1"]);
        Told(job with { Progress = new Progress(1, 2) }, job with { Progress = new Progress(1, 2) }).ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Told(WorkItem? before, WorkItem after) => [.. WorkFact.Between(before, after).Select(fact => fact switch
    {
        WorkFact.RunStarted started => $"RunStarted {started.Run.Id}",
        WorkFact.StepMoved moved => $"StepMoved {moved.Run.Id} {moved.Step.Index} {moved.Step.Status}",
        WorkFact.RunEnded ended => $"RunEnded {ended.Run.Id} {ended.Run.Status}",
        WorkFact.Ended => $"Ended {after.Event!.Status}",
        WorkFact.CallbackEnded => $"CallbackEnded {after.Callback!.Status}",
        WorkFact.Progressed progressed => $"Progressed {progressed.Progress.Done}",
        _ => fact.GetType().Name,
    })];

    private static WorkItem Work(EventStatus status, params Run[] runs) => new()
    {
        Id = "e",
        Tenant = "ACME",
        Type = WorkItem.EventType,
        CreatedAt = Now,
        RunAt = Now,
        Event = new EventState { Trigger = "go", Status = status, IsMatched = true, Runs = runs },
    };

    private static Run With(Step first) => Fresh with { Steps = [first, Fresh.Steps[1]] };

    private static Step StepOf(StepStatus status, int index = 0) => new() { Index = index, Path = $"{index}", Type = "send", Status = status };
}
