using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>Changes work from outside: a signal to the worker that holds it, or the change itself when nobody does.</summary>
internal sealed class WorkPatch(WorkQueue queue, Waker waker, Observers observers, IWorkWatcher watcher, Settling settling, RunEnds ends, ITenantClock clocks)
{
    /// <returns>Null when the tenant has no such work; the same work when there is nothing to change; else as it stands, or as it will when its holder has taken the signal in.</returns>
    public async Task<WorkItem?> AskAsync(string tenant, string workId, Signal signal, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await queue.Documents.FindAsync(workId, cancellationToken);
            if (stored is null || !string.Equals(stored.Tenant, tenant, StringComparison.Ordinal))
            {
                return null;
            }

            var changed = stored.Lease is not null
                ? stored with { Signals = [.. stored.Signals, signal] }
                : Changed(stored, signal);
            if (ReferenceEquals(changed, stored))
            {
                return stored;
            }

            var next = changed with { Version = stored.Version + 1 };
            if (await queue.Documents.TryReplaceAsync(next, cancellationToken))
            {
                watcher.OnWritten(stored, next);
                await FollowAsync(stored, next, cancellationToken);
                return Foreseen(next);
            }
        }
    }

    /// <summary>What a holder has still to take in is told as it will be: whoever asked would otherwise read that nothing came of it.</summary>
    private WorkItem Foreseen(WorkItem work) =>
        work.Lease is null ? work : Signals.Apply(work, new Turn(clocks.Now(work.Tenant), work.RunAt, 0));

    private WorkItem Changed(WorkItem stored, Signal signal)
    {
        var now = clocks.Now(stored.Tenant);
        var changed = Signals.Apply(stored, signal, new Turn(now, stored.RunAt, 0));
        if (ReferenceEquals(changed, stored))
        {
            return stored;
        }

        var rested = changed.Event is null ? changed : EventMachine.Rested(changed, now);
        return clocks.AtRest(rested.Untold || observers.MustHear(stored, rested) ? rested with { Untold = true, DueAt = now } : rested);
    }

    private async Task FollowAsync(WorkItem before, WorkItem after, CancellationToken cancellationToken)
    {
        if (after.Lease is not null)
        {
            return;
        }

        await ends.ReleaseEndedAsync(before, after, cancellationToken);
        if (!after.Untold && !await observers.TellAsync(null, before, after, cancellationToken))
        {
            await settling.MarkUntoldAsync(after, cancellationToken);
        }

        if (after.DueAt is { } due)
        {
            waker.WakeAt(due);
        }
    }
}
