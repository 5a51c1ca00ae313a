using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>Takes tenants through the migrations, in their order, and tells how far each is.</summary>
/// <remarks>A crash loses the part under way, which is done again. A tenant whose database does not answer is passed over and holds nobody else.</remarks>
internal sealed partial class MigrationBook(
    IEnumerable<IMigration> migrations, ClientsDoor clients, ITenantDatabases databases, TimeProvider clock, ILogger<MigrationBook> logger)
{
    private const int AtOnce = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How often tenants are taken through what is pending, behind everything else.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<IMigration> all = [.. migrations];

    private readonly HashSet<TenantId> done = [];

    /// <summary>Takes every tenant as far as it goes. For one caller at a time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (all.Count == 0)
        {
            return;
        }

        await foreach (var tenant in TenantsAsync(cancellationToken))
        {
            if (!done.Contains(tenant) && await TryMigrateAsync(tenant, cancellationToken))
            {
                done.Add(tenant);
            }
        }
    }

    /// <returns>For each migration, in order: which tenants are done with it, in the middle of it, before it, or did not answer.</returns>
    public async Task<IReadOnlyList<MigrationState>> StateAsync(CancellationToken cancellationToken)
    {
        var states = all.Select(migration => new MigrationState(migration.Name, migration.Summary, 0, 0, 0, [])).ToArray();
        if (states.Length == 0)
        {
            return states;
        }

        await foreach (var tenant in TenantsAsync(cancellationToken))
        {
            var marks = await MarksAsync(tenant, cancellationToken);
            for (var at = 0; at < states.Length; at++)
            {
                states[at] = Counted(states[at], tenant, marks);
            }
        }

        return states;
    }

    private static MigrationState Counted(MigrationState state, TenantId tenant, IReadOnlyDictionary<string, MigrationMark>? marks) =>
        marks is null ? state with { Silent = [.. state.Silent, tenant.Value] }
        : !marks.TryGetValue(state.Name, out var mark) ? state with { Pending = state.Pending + 1 }
        : mark.DoneAt is null ? state with { UnderWay = state.UnderWay + 1 }
        : state with { Done = state.Done + 1 };

    /// <returns>Null when the tenant's database does not answer.</returns>
    private async Task<IReadOnlyDictionary<string, MigrationMark>?> MarksAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            var database = await databases.OpenAsync(tenant, cancellationToken);
            var marks = await database.Documents<MigrationMark>().FindManyAsync([.. all.Select(migration => migration.Name)], cancellationToken);
            return marks.ToDictionary(mark => mark.Id, StringComparer.Ordinal);
        }
        catch (DatabaseUnavailableException)
        {
            return null;
        }
    }

    private async Task<bool> TryMigrateAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            var database = await databases.OpenAsync(tenant, cancellationToken);
            foreach (var migration in all)
            {
                await MigrateAsync(database, migration, cancellationToken);
            }

            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogPutOff(tenant.Value, failure);
            return false;
        }
    }

    private async Task MigrateAsync(ITenantDatabase database, IMigration migration, CancellationToken cancellationToken)
    {
        var marks = database.Documents<MigrationMark>();
        var mark = await marks.FindAsync(migration.Name, cancellationToken) ?? new MigrationMark { Id = migration.Name, Version = 0 };
        while (mark.DoneAt is null)
        {
            var reached = await migration.DoPartAsync(database, mark.Reached, cancellationToken);
            var next = mark with { Version = mark.Version + 1, Reached = reached, DoneAt = reached is null ? clock.GetUtcNow() : null };
            if (!await (mark.Version == 0 ? marks.TryAddAsync(next, cancellationToken) : marks.TryReplaceAsync(next, cancellationToken)))
            {
                // Another instance is at it; the part was done twice, which is once.
                return;
            }

            mark = next;
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private async IAsyncEnumerable<TenantId> TenantsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ListedClient> page;
        for (var skip = 0; (page = await clients.ListAsync(skip, AtOnce, cancellationToken)).Count > 0; skip += page.Count)
        {
            foreach (var client in page)
            {
                yield return client.TenantOf(isTest: false);
                yield return client.TenantOf(isTest: true);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The migrations of {Tenant} are put off: something failed.")]
    private partial void LogPutOff(string tenant, Exception failure);
}

/// <param name="Done">How many tenants are, test twins included.</param>
/// <param name="Silent">Tenants whose databases did not answer.</param>
internal sealed record MigrationState(string Name, string Summary, int Done, int UnderWay, int Pending, IReadOnlyList<string> Silent);
