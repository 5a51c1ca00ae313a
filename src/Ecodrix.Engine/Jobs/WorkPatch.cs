using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>Changes work from outside: a signal to the worker that holds it, or the change itself when nobody does.</summary>
internal sealed class WorkPatch(WorkQueue queue, KnownWork known, IForesight foresight, Observers observers, IWorkWatcher watcher, Settling settling, RunEnds ends, ITenantClock clocks)
{
    /// <returns>Null when the tenant has no such work; the same work when there is nothing to change; else as it stands, or as it will when its holder has taken the signal in.</returns>
    public async Task<Asked?> AskAsync(string tenant, string workId, Signal signal, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await queue.Documents.FindAsync(workId, cancellationToken);
            if (stored is null || !string.Equals(stored.Tenant, tenant, StringComparison.Ordinal))
            {
                return null;
            }

            var changed = stored.Lease is not null ? stored with { Signals = [.. stored.Signals, signal] }
                : known.Understands(stored) ? Changed(stored, signal)
                : ForAnother(stored, signal);
            if (ReferenceEquals(changed, stored))
            {
                return new Asked(stored);
            }

            if (!await ends.TryTakeAgainAsync(stored, signal, clocks.Now(tenant), cancellationToken))
            {
                return new Asked(stored) { IsRefused = true };
            }

            var next = changed with { Version = stored.Version + 1 };
            if (await queue.Documents.TryReplaceAsync(next, cancellationToken))
            {
                watcher.OnWritten(stored, next);
                await FollowAsync(stored, next, cancellationToken);
                return new Asked(foresight.See(next));
            }
        }
    }

    /// <summary>What this version does not understand it does not change: one that does finds the signal, and finds it at once.</summary>
    private WorkItem ForAnother(WorkItem stored, Signal signal) => clocks.AtRest(stored with { Signals = [.. stored.Signals, signal], DueAt = clocks.Now(stored.Tenant) });

    private WorkItem Changed(WorkItem stored, Signal signal)
    {
        var now = clocks.Now(stored.Tenant);
        var changed = Signals.Apply(stored, signal, new Turn(now, stored.RunAt, 0));
        if (ReferenceEquals(changed, stored))
        {
            return stored;
        }

        var rested = changed.Event is null ? changed : EventMachine.Rested(changed, now);
        rested = rested.DueAt is null ? rested with { InLine = null } : rested;
        return clocks.AtRest(rested.Untold || observers.MustHear(stored, rested) ? rested with { Untold = true, DueAt = now } : rested);
    }

    private async Task FollowAsync(WorkItem before, WorkItem after, CancellationToken cancellationToken)
    {
        if (after.Lease is not null || !known.Understands(after))
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
            queue.HasComeDue(due);
        }
    }
}
