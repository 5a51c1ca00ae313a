using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>What is to be done next for an event. A closed set.</summary>
internal abstract record Move
{
    private Move()
    {
    }

    /// <summary>The event came while its tenant's database was down: find out whom it is about.</summary>
    public sealed record Admit : Move;

    /// <summary>The event is due: choose its rules and make their runs.</summary>
    public sealed record Match : Move;

    /// <summary>Tell the waits of the lead that this event has come.</summary>
    public sealed record Wake : Move;

    public sealed record Prelude : Move;

    public sealed record Perform(int Run, int Step) : Move;

    /// <summary>A waiting step's time has come.</summary>
    public sealed record EndWait(int Run, int Step) : Move;

    /// <summary>The immediate work is over: the event has its status and its callback leaves.</summary>
    public sealed record Conclude : Move;

    public sealed record Callback : Move;

    /// <param name="Until">Null when nothing is left to do.</param>
    public sealed record Rest(DateTimeOffset? Until) : Move;
}

/// <summary>An event with its runs as a state machine. Pure.</summary>
internal static class EventMachine
{
    /// <summary>The callback leaves at the latest so long after the event was due.</summary>
    public static readonly TimeSpan LatestCallback = TimeSpan.FromMinutes(15);

    /// <summary>The version of the state of a deferred event: a program that does not know the word would start its rules for nobody.</summary>
    public const int DeferredVersion = 1;

    public static bool IsConcluded(this EventState state) =>
        state.Status is EventStatus.Completed or EventStatus.Failed or EventStatus.Cancelled;

    public static Move Next(WorkItem work, DateTimeOffset now)
    {
        var state = work.Event!;
        if (state.Status is EventStatus.Cancelled)
        {
            return new Move.Rest(null);
        }

        if (state.Deferred is not null)
        {
            return new Move.Admit();
        }

        if (PreludeAt(work) <= now)
        {
            return new Move.Prelude();
        }

        if (!state.IsMatched)
        {
            return work.RunAt <= now ? new Move.Match() : new Move.Rest(Earliest(work.RunAt, PreludeAt(work)));
        }

        if (state.WakesWaits)
        {
            return new Move.Wake();
        }

        return DueStep(state, now)
            ?? (MustConclude(work, now) ? new Move.Conclude() : null)
            ?? (CallbackAt(work) <= now ? new Move.Callback() : null)
            ?? (Move)new Move.Rest(RestUntil(work));
    }

    public static WorkItem Apply(WorkItem work, int run, int step, StepOutcome outcome, Turn turn) =>
        WithRun(work, run, RunMachine.Apply(work.Event!.Runs[run], step, outcome, turn));

    public static WorkItem EndWait(WorkItem work, int run, int step, Turn turn) =>
        WithRun(work, run, RunMachine.EndWait(work.Event!.Runs[run], step, turn));

    public static WorkItem ApplyToPrelude(WorkItem work, StepOutcome outcome, Turn turn)
    {
        var prelude = work.Event!.Prelude!;
        return work with { Event = work.Event with { Prelude = prelude with { Step = StepMachine.Apply(prelude.Step, outcome, turn, work.CreatedAt) } } };
    }

    /// <summary>The event turns completed or failed at the moment in which its callback leaves; its runs live on.</summary>
    public static WorkItem Conclude(WorkItem work, DateTimeOffset now)
    {
        var failed = work.Event!.Runs.FirstOrDefault(run => run.Status is RunStatus.Failed);
        return Showing(work, now) with
        {
            Callback = work.Callback is { Status: CallbackStatus.Pending, NextAttemptAt: null } waiting ? waiting with { NextAttemptAt = now } : work.Callback,
            Event = Showing(work, now).Event! with
            {
                Status = failed is null && work.Event.Error is null ? EventStatus.Completed : EventStatus.Failed,
                Error = work.Event.Error ?? failed?.Error,
                ProcessedAt = now,
            },
        };
    }

    /// <summary>As the event is left when nothing is due: its own status, and when a worker is needed again.</summary>
    public static WorkItem Rested(WorkItem work, DateTimeOffset now)
    {
        var state = work.Event!;
        var until = Next(work, now) is Move.Rest rest ? rest.Until : now;
        return work with
        {
            DueAt = until,
            Status = until is not null ? (state.IsMatched ? WorkStatus.Processing : WorkStatus.Queued) : EndOf(state),
            FinishedAt = until is null ? work.FinishedAt ?? now : null,
            Event = Showing(work, now).Event! with { Status = state is { Status: EventStatus.Received, IsMatched: true } ? EventStatus.Processing : state.Status },
        };
    }

    // Whether a run waits or works depends on the time.
    private static WorkItem Showing(WorkItem work, DateTimeOffset now) =>
        work.Event!.Runs.Any(run => Shown(run, now) != run.Status)
            ? work with { Event = work.Event with { Runs = [.. work.Event.Runs.Select(run => run with { Status = Shown(run, now) })] } }
            : work;

    public static WorkItem WithRun(WorkItem work, int index, Run run)
    {
        var runs = work.Event!.Runs.ToArray();
        runs[index] = run;
        return work with { Event = work.Event with { Runs = runs } };
    }

    private static WorkStatus EndOf(EventState state) =>
        state.Status is EventStatus.Cancelled ? WorkStatus.Cancelled
        : state.Status is EventStatus.Failed || state.Runs.Any(run => run.Status is RunStatus.Failed) ? WorkStatus.Failed
        : WorkStatus.Completed;

    // Runs go one after the other, each as far as it can now.
    private static Move? DueStep(EventState state, DateTimeOffset now)
    {
        for (var run = 0; run < state.Runs.Count; run++)
        {
            if (state.Runs[run].Current() is { } step && step.NextAt() <= now && !IsHeldBack(state, step))
            {
                return step is { Status: StepStatus.Waiting, HeldFor: null } ? new Move.EndWait(run, step.Index) : new Move.Perform(run, step.Index);
            }
        }

        return null;
    }

    private static bool IsHeldBack(EventState state, Step step) =>
        step.NeedsPrelude && state.Prelude is { } prelude && !prelude.Step.IsSettled();

    private static bool MustConclude(WorkItem work, DateTimeOffset now) =>
        work.Event is { } state && !state.IsConcluded() && (now >= work.RunAt + LatestCallback || !HasImmediateWork(state, now));

    // Waits and delays are waiting; back-off is not, and neither is what a step waits for at Google.
    private static bool HasImmediateWork(EventState state, DateTimeOffset now) =>
        state.Prelude is { Step: var prelude } && !prelude.IsSettled()
        || state.Runs.Any(run => Shown(run, now) is RunStatus.Running);

    private static RunStatus Shown(Run run, DateTimeOffset now) =>
        run.Current() is not { } step ? run.Status
        : step.Status is StepStatus.Waiting || (step.Status is StepStatus.Pending && step.DueAt > now) ? RunStatus.Waiting
        : RunStatus.Running;

    private static DateTimeOffset? PreludeAt(WorkItem work) =>
        work.Event!.Prelude is { Step: var step } && !step.IsSettled() ? step.NextAt() ?? work.RunAt : null;

    private static DateTimeOffset? CallbackAt(WorkItem work) =>
        work.Callback is { Status: CallbackStatus.Pending, NextAttemptAt: { } at } ? at : null;

    private static DateTimeOffset? RestUntil(WorkItem work)
    {
        var state = work.Event!;
        var until = Earliest(PreludeAt(work), CallbackAt(work));
        if (!state.IsConcluded())
        {
            until = Earliest(until, work.RunAt + LatestCallback);
        }

        foreach (var run in state.Runs)
        {
            if (run.Current() is { } step && !IsHeldBack(state, step))
            {
                until = Earliest(until, step.NextAt());
            }
        }

        return until;
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one <= other ? one : other;
}
