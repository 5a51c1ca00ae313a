using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>What an attempt makes of a job that is no event. Pure.</summary>
internal static class JobMachine
{
    public static WorkItem Apply(WorkItem work, WorkOutcome outcome, Turn turn)
    {
        var kept = work with { State = outcome.State ?? work.State, Progress = outcome.Progress ?? work.Progress };
        return outcome switch
        {
            WorkOutcome.Done => End(kept, WorkStatus.Completed, null, turn.Now) with { Attempts = kept.Attempts + 1 },
            WorkOutcome.NextAt next => kept with { Status = WorkStatus.Processing, DueAt = next.Time, LastError = null },
            WorkOutcome.TryLater later => Postpone(kept, later, turn),
            WorkOutcome.Failed failed => End(kept, WorkStatus.Failed, $"{failed.Code}: {failed.Why}", turn.Now) with { Attempts = kept.Attempts + 1 },
            WorkOutcome.Unknown unknown => End(kept, WorkStatus.Failed, $"UNKNOWN: {unknown.Why}", turn.Now) with { Attempts = kept.Attempts + 1, IsUnsure = true },
            WorkOutcome.Cancelled => End(kept, WorkStatus.Cancelled, null, turn.Now),
            _ => throw new InvalidOperationException($"{outcome.GetType()} is no outcome of a job."),
        };
    }

    /// <summary>A job that delivers a callback is as far as the callback is, unless it was cancelled.</summary>
    public static WorkItem FollowCallback(WorkItem work, DateTimeOffset now) => work.Callback!.Status switch
    {
        _ when work.Status is WorkStatus.Cancelled => work with { DueAt = null },
        CallbackStatus.Delivered => End(work, WorkStatus.Completed, null, now),
        CallbackStatus.Failed => End(work, WorkStatus.Failed, work.Callback.Skipped ?? (work.Callback.Attempts is [.., { Error: { } why }] ? why : "The receiver did not take it."), now),
        _ => work with { Status = WorkStatus.Processing, DueAt = work.Callback.NextAttemptAt ?? now, FinishedAt = null },
    };

    public static WorkItem Cancel(WorkItem work, DateTimeOffset now) =>
        work.IsFinished ? work : End(work, WorkStatus.Cancelled, null, now);

    public static WorkItem Retry(WorkItem work, DateTimeOffset now) => work.Status is not WorkStatus.Failed
        ? work
        : work with { Status = WorkStatus.Queued, Attempts = 0, DueAt = now, OwedAt = now, FinishedAt = null, LastError = null, IsUnsure = false };

    /// <summary>It has become known whether the effect of a job happened that ended without knowing.</summary>
    public static WorkItem Resolve(WorkItem work, Verdict verdict) => (work.IsUnsure, verdict.Kind) switch
    {
        (true, VerdictKind.Sent) => work with { Status = WorkStatus.Completed, LastError = null, IsUnsure = false },
        (true, VerdictKind.Failed) => work with { LastError = $"{verdict.Code}: {verdict.Why}", IsUnsure = false },
        _ => work,
    };

    private static WorkItem End(WorkItem work, WorkStatus status, string? error, DateTimeOffset now) =>
        work with { Status = status, DueAt = null, FinishedAt = now, LastError = error };

    private static WorkItem Postpone(WorkItem work, WorkOutcome.TryLater later, Turn turn)
    {
        var attempts = later.CountsAsAttempt ? work.Attempts + 1 : work.Attempts;
        if (later.CountsAsAttempt && work.MaxAttempts > 0 && attempts >= work.MaxAttempts)
        {
            return End(work, WorkStatus.Failed, later.Why, turn.Now) with { Attempts = attempts };
        }

        var pause = later.CountsAsAttempt ? Backoff.After(attempts, turn.Jitter) : Backoff.Patience;
        return work with
        {
            Status = WorkStatus.Queued,
            Attempts = attempts,
            LastError = later.Why,
            DueAt = Backoff.NotBefore(later.NotBefore, turn.Now + pause, turn.Now),
        };
    }
}
