using System.Collections.Concurrent;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A file for each tenant. Few are open at a time; a handle outlives the closing of its file.</summary>
internal sealed class SqliteTenantDatabases : ITenantDatabases, IInventory, IDisposable
{
    /// <summary>Or a few more while the oldest are being closed. About a third of a mebibyte each while in use. Opening one costs as much as several runs, so those of a busy hour stay open.</summary>
    public const int MostOpen = 1_024;

    private const int CacheKibibytes = 64;

    private const int WorthGivingBack = 16;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TenantId, DatabaseFile> files = [];
    private readonly Func<TenantId, string> pathOf;
    private readonly TimeProvider clock;
    private readonly int mostOpen;
    private readonly ITimer rounds;
    private readonly Lock room = new();
    private bool isMakingRoom;
    private int openedSince;

    public SqliteTenantDatabases(Func<TenantId, string> pathOf, TimeProvider clock, int mostOpen = MostOpen)
    {
        this.mostOpen = mostOpen;
        this.pathOf = pathOf;
        this.clock = clock;
        rounds = clock.CreateTimer(_ => CloseIdle(), state: null, Round, Round);
    }

    /// <summary>How many files are open now.</summary>
    internal int OpenFiles => files.Values.Count(file => file.IsOpen);

    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(tenant);
        if (!file.IsOpen || !file.IsThere)
        {
            await file.ProbeAsync();
        }

        return new SqliteTenantDatabase(tenant, file);
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
        files.GetOrAdd(tenant, static (tenant, self) => new DatabaseFile(self.pathOf(tenant), tenant.Value, CacheKibibytes, self.clock) { Opened = self.MakeRoom }, this);

    // Closing empties a log to the disk. Who opens one waits for that only when closing falls behind; and a few are closed at a time, since all are looked at for it.
    private void MakeRoom()
    {
        var opened = Interlocked.Increment(ref openedSince);
        if (opened > mostOpen / 8)
        {
            CloseOldest();
        }
        else if (opened >= mostOpen / 64 && !Interlocked.Exchange(ref isMakingRoom, true))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.CloseOldest(), this, preferLocal: false);
        }
    }

    private void CloseOldest()
    {
        lock (room)
        {
            Volatile.Write(ref isMakingRoom, false);
            Volatile.Write(ref openedSince, 0);
            var open = files.Select(file => file.Value).Where(file => file.IsOpen).ToList();
            foreach (var file in open.OrderBy(file => file.LastUsed).Take(open.Count + (mostOpen / 64) - mostOpen))
            {
                file.TryCloseIdle();
            }
        }
    }

    private void CloseIdle()
    {
        var closed = 0;
        foreach (var file in files.Values.Where(file => file.IsOpen))
        {
            if (clock.GetUtcNow() - file.LastUsed >= Idle && file.TryCloseIdle())
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
