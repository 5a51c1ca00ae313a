using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Takes work in, and gives it to this process's workers under a lease.</summary>
internal sealed class WorkQueue(
    IServicesDatabase services, KnownWork known, Admission admission, LeadLines lines, Backlogs backlogs, Waker waker, IWorkWatcher watcher, TimeProvider clock, ITenantClock clocks, IOptions<EngineOptions> options)
{
    private const int FreedAtOnce = 1_000;

    private readonly EngineOptions limits = options.Value;

    public IDocuments<WorkItem> Documents { get; } = services.Documents<WorkItem>();

    /// <summary>This process, for the leases it holds.</summary>
    public string Owner => limits.Owner;

    /// <summary>Where leased work goes; set by the loop that does it.</summary>
    public Action<HeldWork>? Begin { get; set; }

    /// <summary>Makes work durable. When it is due and a slot is free it is leased by the same write and begun at once.</summary>
    /// <param name="work">In its first version, due by its tenant's clock.</param>
    /// <param name="equip">Hands what is known already to whoever works on it.</param>
    /// <returns>False when the id was taken; nothing was written.</returns>
    public async Task<(WorkItem Work, bool Added)> AddAsync(WorkItem work, Action<HeldWork>? equip, CancellationToken cancellationToken)
    {
        work = clocks.AtRest(work);
        var isDue = work.DueAt <= clock.GetUtcNow();
        var isFirst = true;
        if (isDue)
        {
            (work, isFirst, var isBehind) = await lines.JoinAsync(work, cancellationToken);
            if (isBehind && limits.Works)
            {
                isDue = false;
                work = work with { DueAt = clock.GetUtcNow() + LeadLines.Soon };
            }
        }

        if (isDue && await admission.TryTakeAsync(work, cancellationToken))
        {
            return await AddLeasedAsync(work, isFirst, equip, cancellationToken);
        }

        var added = await Documents.TryAddAsync(work, cancellationToken);
        if (added)
        {
            watcher.OnWritten(null, work);
        }

        if (added && isDue)
        {
            WaitForTurn(work);
        }
        else if (added && work.DueAt is { } due)
        {
            waker.WakeAt(due);
        }

        return (work, added);
    }

    /// <summary>How much due work is left to a newer version of the program, as far as this one has met it.</summary>
    public Task<int> CountLeftAloneAsync(int atMost, CancellationToken cancellationToken) => known.Strange is not { } strange
        ? Task.FromResult(0)
        : Documents.CountAsync(new Condition.All(Condition.Lte("dueAt", Instants.Write(clock.GetUtcNow())), strange), atMost, cancellationToken);

    /// <summary>Has this process look for due work at once.</summary>
    public void Wake() => waker.Wake();

    /// <summary>Something that nobody holds has come due without a look at the database.</summary>
    public void HasComeDue(DateTimeOffset due)
    {
        if (limits.Works)
        {
            waker.WakeAt(due);
        }
        else if (due <= clock.GetUtcNow())
        {
            waker.WakeAnyone();
        }
    }

    /// <returns>Null when someone else was first.</returns>
    public async Task<HeldWork?> ClaimAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var claimed = Leased(lines.Enter(work)) with { Version = work.Version + 1 };
        return await Documents.TryReplaceAsync(claimed, cancellationToken) ? new HeldWork(Documents, claimed, watcher) : null;
    }

    /// <summary>Frees what an earlier process held: it is dead, for this one is alone.</summary>
    public async Task FreeAbandonedAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in Enum.GetValues<Lane>())
        {
            while (await FreeSomeAbandonedAsync(lane, cancellationToken) > 0)
            {
                waker.Wake();
            }
        }
    }

    private async Task<int> FreeSomeAbandonedAsync(Lane lane, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = await Documents.QueryAsync(
            new DocumentQuery(
                new Condition.All(
                    WorkItem.InLane(lane),
                    Condition.Gt("dueAt", Instants.Write(now)),
                    Condition.Lte("dueAt", Instants.Write(now + limits.Lease)),
                    Condition.Exists("lease.owner"),
                    new Condition.Compare("lease.owner", Operator.Neq, Owner)),
                FreedAtOnce),
            cancellationToken);
        var freed = await Task.WhenAll(held.Select(work =>
            Documents.TryReplaceAsync(work with { Version = work.Version + 1, Lease = null, DueAt = now }, cancellationToken)));
        return freed.Count(done => done);
    }

    private void WaitForTurn(WorkItem work)
    {
        if (limits.Works)
        {
            backlogs.Add(work.Tenant, work.Lane);
        }

        waker.WakeAnyone();
    }

    private async Task<(WorkItem Work, bool Added)> AddLeasedAsync(WorkItem work, bool isFirst, Action<HeldWork>? equip, CancellationToken cancellationToken)
    {
        var leased = Leased(work);
        var added = false;
        try
        {
            added = await Documents.TryAddAsync(leased, cancellationToken);
        }
        finally
        {
            if (!added)
            {
                admission.GiveBack(work);
            }
        }

        if (added)
        {
            watcher.OnWritten(null, leased);
            var held = new HeldWork(Documents, leased, watcher) { IsFirstInLine = isFirst };
            equip?.Invoke(held);
            Begin!(held);
        }

        return (leased, added);
    }

    private WorkItem Leased(WorkItem work)
    {
        var now = clock.GetUtcNow();
        var until = now + limits.Lease;
        return work with
        {
            Lease = new Lease(Owner, Guid.NewGuid().ToString("n"), until),
            DueAt = until,
            StartedAt = work.StartedAt ?? clocks.Now(work.Tenant),
            Status = work.IsFinished ? work.Status : WorkStatus.Processing,
        };
    }
}
