using System.Collections.Concurrent;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A file for each tenant. Few are open at a time; a handle outlives the closing of its file.</summary>
internal sealed class SqliteTenantDatabases : ITenantDatabases, IDisposable
{
    public const int MostOpen = 64;

    private const int CacheKibibytes = 512;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<TenantId, DatabaseFile> files = [];
    private readonly Func<TenantId, string> pathOf;
    private readonly TimeProvider clock;
    private readonly ITimer rounds;

    public SqliteTenantDatabases(Func<TenantId, string> pathOf, TimeProvider clock)
    {
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

    private void MakeRoom(DatabaseFile opened)
    {
        var open = files.Values.Where(file => file.IsOpen && file != opened).OrderBy(file => file.LastUsed).ToList();
        foreach (var file in open)
        {
            if (open.Count(other => other.IsOpen) < MostOpen)
            {
                return;
            }

            file.TryCloseIdle();
        }
    }

    private void CloseIdle()
    {
        foreach (var file in files.Values.Where(file => file.IsOpen && clock.GetUtcNow() - file.LastUsed >= Idle))
        {
            file.TryCloseIdle();
        }
    }
}
