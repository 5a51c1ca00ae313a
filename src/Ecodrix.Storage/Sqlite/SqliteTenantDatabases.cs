using System.Collections.Concurrent;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A file for each tenant. As many stay open as the machine has room for; a handle outlives the closing of its file.</summary>
internal sealed class SqliteTenantDatabases : ITenantDatabases, IInventory, IDisposable
{
    private const int CacheKibibytes = 64;

    private const int WorthGivingBack = 16;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TenantId, DatabaseFile> files = [];
    private readonly Func<TenantId, string> pathOf;
    private readonly TimeProvider clock;
    private readonly int mostOpen;
    private readonly ITimer rounds;
    private readonly Lock round = new();
    private readonly Lock room = new();
    private readonly Queue<(DatabaseFile File, DateTimeOffset LastUsed)> oldest = new();
    private int open;
    private bool isRoundPlanned;

    /// <param name="mostOpen">Or a few more while the oldest are being closed; null for what the machine allows.</param>
    public SqliteTenantDatabases(Func<TenantId, string> pathOf, TimeProvider clock, int? mostOpen = null)
    {
        this.mostOpen = mostOpen ?? OpenFileBudget.Here();
        this.pathOf = pathOf;
        this.clock = clock;
        rounds = clock.CreateTimer(_ => PlanRound(), state: null, Round, Round);
    }

    /// <summary>Ends with the last round that closes what is idle.</summary>
    internal Task Closing { get; private set; } = Task.CompletedTask;

    /// <summary>How many files are open now.</summary>
    internal int OpenFiles => files.Values.Count(file => file.IsOpen);

    /// <summary>Whether the file is sound its first use tells: who does not read it does not open it.</summary>
    public Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(tenant);
        return file.IsThere
            ? Task.FromResult<ITenantDatabase>(new SqliteTenantDatabase(tenant, file))
            : Task.FromException<ITenantDatabase>(file.Missing());
    }

    public Task CreateAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(tenant);
        file.Create();
        return file.ProbeAsync();
    }

    public Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileOf(tenant).Delete();
        return Task.CompletedTask;
    }

    public Task<bool> IsEmptyAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return FileOf(tenant).IsEmptyAsync();
    }

    public void Dispose()
    {
        rounds.Dispose();
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }

    private DatabaseFile FileOf(TenantId tenant) =>
        files.GetOrAdd(tenant, static (tenant, self) => new DatabaseFile(self.pathOf(tenant), tenant.Value, CacheKibibytes, self.clock) { Opened = self.CountOpened, Closed = self.CountClosed }, this);

    // Closing empties a log to the disk. Who opens a file does not wait for that, unless closing falls behind.
    private void CountOpened()
    {
        var now = Interlocked.Increment(ref open);
        if (now > mostOpen + (mostOpen / 8))
        {
            CloseOldest();
        }
        else if (now > mostOpen)
        {
            DiskThreads.Run(CloseOldest);
        }
    }

    private void CountClosed() => Interlocked.Decrement(ref open);

    // One for each that is opened, and a second while too many are open: many at once would hold up all that needs the processor.
    private void CloseOldest()
    {
        lock (room)
        {
            for (var turn = 0; turn < 2 && Volatile.Read(ref open) > mostOpen; turn++)
            {
                CloseNext();
            }
        }
    }

    private void CloseNext()
    {
        // All are looked at to find the oldest, so several are found at once.
        if (oldest.Count == 0)
        {
            foreach (var file in files.Values.Where(file => file.IsOpen).OrderBy(file => file.LastUsed).Take(mostOpen / 16))
            {
                oldest.Enqueue((file, file.LastUsed));
            }
        }

        while (oldest.TryDequeue(out var next))
        {
            if (next.File.LastUsed == next.LastUsed && next.File.TryCloseIdle())
            {
                return;
            }
        }
    }

    // A round that has not begun yet sees all that has become idle meanwhile.
    private void PlanRound()
    {
        if (Volatile.Read(ref open) > 0 && !Interlocked.Exchange(ref isRoundPlanned, true))
        {
            Closing = DiskThreads.RunAsync(CloseIdle);
        }
    }

    // Round after round: when one ends, what it closes is closed.
    private void CloseIdle()
    {
        lock (round)
        {
            Volatile.Write(ref isRoundPlanned, false);
            var closed = 0;
            foreach (var file in files.Values.Where(file => file.IsOpen))
            {
                if (clock.GetUtcNow() - file.LastUsed >= file.Patience && file.TryCloseIdle())
                {
                    closed++;
                }
                else
                {
                    file.Trim();
                }
            }

            if (closed >= WorthGivingBack)
            {
                FreedMemory.GiveBack();
            }
        }
    }
}
