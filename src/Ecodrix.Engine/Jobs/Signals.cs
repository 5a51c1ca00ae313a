using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>What is asked of work from outside. The same pure changes whether a worker holds it (at its next write) or nobody does.</summary>
internal static class Signals
{
    /// <summary>Applies what the item's signals ask; one whose time has not come stays.</summary>
    public static WorkItem Apply(WorkItem work, Turn turn)
    {
        if (work.Signals.Count == 0)
        {
            return work;
        }

        var early = work.Signals.Where(signal => IsEarly(work, signal)).ToList();
        var next = work with { Signals = early };
        foreach (var signal in work.Signals.Where(signal => !early.Contains(signal)))
        {
            next = Apply(next, signal, turn);
        }

        return next;
    }

    /// <returns>The same item when there is nothing to change.</returns>
    public static WorkItem Apply(WorkItem work, Signal signal, Turn turn) => signal.Kind switch
    {
        SignalKind.Cancel => work.Event is null ? JobMachine.Cancel(work, turn.Now) : Cancel(work, signal, turn),
        SignalKind.Debounced => Debounce(work, signal.RunId, turn),
        SignalKind.Retry => Retry(work, signal.RunId, turn),
        SignalKind.Resend => Resend(work, turn.Now),
        SignalKind.Received => Receive(work, signal, turn),
        SignalKind.Release => Release(work, turn.Now),
        SignalKind.Resolve => Resolve(work, signal, turn),
        _ => throw new InvalidOperationException($"{signal.Kind} is no signal."),
    };

    /// <summary>Whether it may let a run that has ended go on.</summary>
    public static bool GoesOn(Signal signal) => signal is { Kind: SignalKind.Retry } or { Kind: SignalKind.Resolve, Verdict.Kind: VerdictKind.Resend };

    private static WorkItem Cancel(WorkItem work, Signal signal, Turn turn)
    {
        if (signal.RunId is null && !work.Event!.IsMatched)
        {
            return work.Event.IsConcluded() ? work : work with
            {
                // Nothing ran, so there is nothing to report.
                Callback = null,
                Event = work.Event with { Status = EventStatus.Cancelled, ProcessedAt = turn.Now },
            };
        }

        return EachRun(work, signal.RunId, run => RunMachine.Cancel(run, turn.Now, signal.Why));
    }

    // One that has started is not replaced any more.
    private static WorkItem Debounce(WorkItem work, string? runId, Turn turn)
    {
        var run = work.Event!.Runs.FirstOrDefault(one => string.Equals(one.Id, runId, StringComparison.Ordinal));
        return run is { Pending: not null } && !run.HasEnded() ? Starts.End(work, run, Starts.Debounced, turn.Now) : work;
    }

    private static WorkItem Retry(WorkItem work, string? runId, Turn turn) =>
        work.Event is not null ? EachRun(work, runId, run => RunMachine.Retry(run, turn))
        : work.Callback is not null ? Resend(work, turn.Now)
        : JobMachine.Retry(work, turn.Now);

    private static WorkItem Resend(WorkItem work, DateTimeOffset now)
    {
        // Before its first attempt it leaves by itself.
        if (work.Callback is not ({ Attempts.Count: > 0 } or { Skipped: not null }))
        {
            return work;
        }

        var next = work with { Callback = work.Callback with { Status = CallbackStatus.Pending, NextAttemptAt = now, OwedAt = now, HeldFor = null, Skipped = null } };
        return work.Event is null ? JobMachine.FollowCallback(next with { Status = WorkStatus.Processing }, now) : next;
    }

    private static WorkItem Release(WorkItem work, DateTimeOffset now)
    {
        var next = work.Event is null ? work : EachRun(work, null, run => RunMachine.Release(run, now));
        if (next.Event?.Prelude is { Step: { HeldSince: not null } step } prelude)
        {
            next = next with { Event = next.Event with { Prelude = prelude with { Step = StepMachine.Release(step, now) } } };
        }

        if (next.HeldFor is not null)
        {
            next = next with { HeldFor = null, DueAt = next.IsFinished ? null : now };
        }

        if (next.Callback is not { HeldFor: not null } callback)
        {
            return next;
        }

        next = next with { Callback = callback with { HeldFor = null, NextAttemptAt = callback.Status is CallbackStatus.Pending ? now : callback.NextAttemptAt } };
        return next.Event is null ? JobMachine.FollowCallback(next, now) : next;
    }

    private static WorkItem Receive(WorkItem work, Signal signal, Turn turn) =>
        EachRun(work, signal.RunId, run => Heard(run, signal.EventId) ? run : RunMachine.Receive(run, signal.Step!.Value, signal.Content, turn));

    /// <summary>Whether an earlier wait of the run has taken this event: each wakes a wait once.</summary>
    public static bool Heard(Run run, string? eventId) =>
        run.Steps.Any(step => step.Result is { ValueKind: System.Text.Json.JsonValueKind.Object } result
            && result.TryGetProperty("event", out var received)
            && received.ValueKind is System.Text.Json.JsonValueKind.Object
            && received.TryGetProperty("id", out var id)
            && id.ValueEquals(eventId));

    private static WorkItem Resolve(WorkItem work, Signal signal, Turn turn) =>
        work.Event is null ? JobMachine.Resolve(work, signal.Verdict!)
        : signal is { RunId: { } runId, Step: { } step } ? EachRun(work, runId, run => Resolution.Apply(run, step, signal.Verdict!, turn))
        : work;

    private static bool IsEarly(WorkItem work, Signal signal) => signal.Kind switch
    {
        SignalKind.Received => IsBeforeItsWait(work, signal),
        SignalKind.Resolve => IsBeforeItsOutcome(work, signal),
        _ => false,
    };

    // Whoever sends it has yet to find out that nobody knows what became of it.
    private static bool IsBeforeItsOutcome(WorkItem work, Signal signal) =>
        signal.Verdict is { Kind: not VerdictKind.Resend }
        && work.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, signal.RunId, StringComparison.Ordinal))?.Steps.ElementAtOrDefault(signal.Step ?? 0)
            is { EffectStartedAt: not null } step && !step.IsSettled();

    // The step registers before it waits; what arrives in between is kept for it.
    private static bool IsBeforeItsWait(WorkItem work, Signal signal) =>
        signal is { Kind: SignalKind.Received, Step: { } step }
        && work.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, signal.RunId, StringComparison.Ordinal)) is { } run
        && run.Current()?.Index == step
        && run.Steps[step].Status is not StepStatus.Waiting;

    private static WorkItem EachRun(WorkItem work, string? runId, Func<Run, Run> change)
    {
        var next = work;
        for (var index = 0; index < work.Event!.Runs.Count; index++)
        {
            var run = work.Event.Runs[index];
            if (runId is null || string.Equals(run.Id, runId, StringComparison.Ordinal))
            {
                var changed = change(run);
                next = ReferenceEquals(changed, run) ? next : EventMachine.WithRun(next, index, changed);
            }
        }

        return next;
    }
}
