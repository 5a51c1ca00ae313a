using Ecodrix.Engine.Runs;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Jobs;

/// <summary>Ends a worker's hold on an item: the last write, and who is told of it.</summary>
internal sealed partial class Settling(WorkQueue queue, Observers observers, Waker waker, RunEnds ends, TimeProvider clock, ITenantClock clocks, ILogger<Settling> logger)
{
    // A worker's hold ends with a write even while the host stops; the write itself is short.
    private static CancellationToken Always => CancellationToken.None;

    /// <summary>The moment, with the spread of back-off already thrown.</summary>
    public Turn Turn(WorkItem work) => new(clocks.Now(work.Tenant), work.RunAt, (Random.Shared.NextDouble() * 2) - 1);

    /// <summary>Writes how the item rests and gives the lease up. What an observer must hear is told under the lease.</summary>
    /// <param name="rest">The item as it rests, due by its tenant's clock; asked again with signals that came in between.</param>
    public async Task SettleAsync(HeldWork held, Func<WorkItem, WorkItem> rest)
    {
        var mustTell = false;
        var write = await held.WriteAsync(
            work =>
            {
                var rested = rest(Signals.Apply(work, Turn(work)));
                mustTell = rested.Untold || observers.MustHear(held.Taken, rested);
                return mustTell ? rested with { Untold = true, Lease = work.Lease, DueAt = work.Lease!.Until } : clocks.AtRest(rested with { Lease = null, InLine = null });
            },
            Always);
        if (write is HeldWrite.Lost)
        {
            LogLeaseLost(held.Current.Id);
            EngineTelemetry.LeaseLost();
            return;
        }

        await ends.ReleaseEndedAsync(held.Taken, held.Current, Always);
        if (mustTell)
        {
            await TellAndReleaseAsync(held, held.Taken.Untold ? null : held.Taken, rest);
        }
        else if (!await observers.TellAsync(held.Database, held.Taken, held.Current, Always))
        {
            await MarkUntoldAsync(held.Current, Always);
        }

        EngineTelemetry.WorkSettled(held.Current.Type);
        WakeFor(held.Current);
    }

    /// <summary>Tells again what an earlier process or a failed observer left untold.</summary>
    public async Task<HeldWrite> TellLeftoverAsync(HeldWork held)
    {
        if (!await observers.TellAsync(held.Database, null, held.Current, Always))
        {
            await held.WriteAsync(work => work with { Lease = null, DueAt = clock.GetUtcNow() + Backoff.Patience }, Always);
            WakeFor(held.Current);
            return HeldWrite.Lost;
        }

        held.Change(work => work with { Untold = false });
        return HeldWrite.Written;
    }

    /// <summary>The time in the eyes of the work's tenant.</summary>
    public DateTimeOffset NowOf(WorkItem work) => clocks.Now(work.Tenant);

    /// <inheritdoc cref="HandBackAsync(HeldWork, DateTimeOffset)"/>
    public Task HandBackAsync(HeldWork held, TimeSpan after) => HandBackAsync(held, clock.GetUtcNow() + after);

    /// <summary>Gives the lease up with the work undone, to be taken again then. It keeps its place in its lead's line.</summary>
    /// <param name="due">In real time.</param>
    public async Task HandBackAsync(HeldWork held, DateTimeOffset due)
    {
        await held.WriteAsync(work => work with { Lease = null, DueAt = due }, Always);
        WakeFor(held.Current);
    }

    /// <summary>Has a worker tell the observers again soon.</summary>
    public async Task MarkUntoldAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var next = work;
        while (next is { Untold: false, Lease: null })
        {
            var soon = clock.GetUtcNow() + Backoff.Patience;
            var marked = next with { Version = next.Version + 1, Untold = true, DueAt = next.DueAt < soon ? next.DueAt : soon };
            if (await queue.Documents.TryReplaceAsync(marked, cancellationToken))
            {
                WakeFor(marked);
                return;
            }

            next = await queue.Documents.FindAsync(work.Id, cancellationToken);
        }
    }

    private async Task TellAndReleaseAsync(HeldWork held, WorkItem? before, Func<WorkItem, WorkItem> rest)
    {
        var told = await observers.TellAsync(held.Database, before, held.Current, Always);
        var soon = clock.GetUtcNow() + Backoff.Patience;
        await held.WriteAsync(
            work =>
            {
                var rested = clocks.AtRest(rest(Signals.Apply(work, Turn(work))) with { Lease = null, InLine = null, Untold = !told });
                return told ? rested : rested with { DueAt = rested.DueAt < soon ? rested.DueAt : soon };
            },
            Always);
    }

    private void WakeFor(WorkItem work)
    {
        if (work is { Lease: null, DueAt: { } due })
        {
            waker.WakeAt(due);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The lease of work {WorkId} was lost; what this worker did is not written.")]
    private partial void LogLeaseLost(string workId);
}
