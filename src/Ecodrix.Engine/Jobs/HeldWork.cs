using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>How a write under a lease ended.</summary>
internal enum HeldWrite
{
    Written,

    /// <summary>A signal came in between and made the write pointless: decide again.</summary>
    Declined,

    /// <summary>Someone else has the work now; nothing was written and nothing may be.</summary>
    Lost,
}

/// <summary>An item under this process's lease: the state as decided so far, and the only way to make it durable.</summary>
/// <remarks>Others may append signals meanwhile, which moves the version: the next write takes them in. A different token means that the lease was lost.</remarks>
internal sealed class HeldWork(IDocuments<WorkItem> documents, WorkItem work, IWorkWatcher watcher) : IDisposable
{
    private readonly Lock door = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource lost = new();
    private WorkItem written = work;

    /// <summary>What was durable when this was taken: observers are told the difference.</summary>
    public WorkItem Taken { get; } = work;

    public WorkItem Current { get; private set; } = work;

    public string Token { get; } = work.Lease!.Token;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => lost.Token;

    public DateTimeOffset LeasedUntil => Current.Lease?.Until ?? DateTimeOffset.MinValue;

    /// <summary>What the accept had at hand, so that nothing is read twice.</summary>
    public Dictionary<(string RuleId, long Version), RuleDefinition> Rules { get; } = [];

    public ITenantDatabase? Database { get; set; }

    /// <summary>It was found out before the lease that nothing of the same lead stands before this in another process.</summary>
    public bool IsFirstInLine { get; init; }

    public Subject? Subject { get; set; }

    /// <summary>Called when this begins to wait for something outside the process; disposed when it goes on.</summary>
    public Func<IDisposable>? Waiting { get; set; }

    /// <summary>Decides something, in memory only.</summary>
    public void Change(Func<WorkItem, WorkItem> change)
    {
        // The heartbeat writes meanwhile.
        lock (door)
        {
            Current = change(Current);
        }
    }

    /// <summary>Makes a state durable. Asked again with the signals that came in between.</summary>
    /// <param name="decide">From the present state to the one to write; null declines.</param>
    public async Task<HeldWrite> WriteAsync(Func<WorkItem, WorkItem?> decide, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (decide(Current) is not { } decided)
                {
                    return HeldWrite.Declined;
                }

                var next = decided with { Version = Current.Version + 1 };
                if (await documents.TryReplaceAsync(next, cancellationToken))
                {
                    Current = next;
                    Tell(next);
                    return HeldWrite.Written;
                }

                if (!await TakeInAsync(cancellationToken))
                {
                    return HeldWrite.Lost;
                }
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Lengthens the lease of what is held long. What was decided meanwhile is left for the next write.</summary>
    public async Task RenewAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            while (Current.Lease is { } lease)
            {
                var renewed = Current with { Version = Current.Version + 1, Lease = lease with { Until = until }, DueAt = until };
                if (await documents.TryReplaceAsync(renewed, cancellationToken))
                {
                    Change(now => now with { Version = renewed.Version, Lease = renewed.Lease, DueAt = renewed.DueAt });
                    Tell(renewed);
                    return;
                }

                if (!await TakeInAsync(cancellationToken))
                {
                    return;
                }
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose()
    {
        writing.Dispose();
        lost.Dispose();
    }

    // One write after the other, so the watcher sees them in their order.
    private void Tell(WorkItem next)
    {
        watcher.OnWritten(written, next);
        written = next;
    }

    private async Task<bool> TakeInAsync(CancellationToken cancellationToken)
    {
        var stored = await documents.FindAsync(Current.Id, cancellationToken);
        if (stored?.Lease is not { } lease || !string.Equals(lease.Token, Token, StringComparison.Ordinal))
        {
            await lost.CancelAsync();
            return false;
        }

        Change(now => now with { Version = stored.Version, Signals = stored.Signals });
        return true;
    }
}
