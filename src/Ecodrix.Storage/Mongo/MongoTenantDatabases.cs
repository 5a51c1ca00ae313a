using System.Collections.Concurrent;
using Ecodrix.Storage.Routing;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>A database for each tenant, on as many clusters as their addresses name. A tenant that is idle is forgotten.</summary>
/// <param name="ours">The names of our collections, where a database may hold others; null where all of it is ours.</param>
internal sealed class MongoTenantDatabases(
    MongoClusters clusters, Func<TenantId, MongoAddress> addressOf, TimeProvider clock, ILogger logger, IReadOnlyList<string>? ours = null) : ITenantDatabases, IInventory
{
    /// <summary>Who is not used for so long, or twice as long, is no longer held here. Whoever holds it still goes on with it, and it is found again while anybody does.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly Lock door = new();
    private readonly Dictionary<TenantId, WeakReference<OwnedDatabase>> held = [];
    private ConcurrentDictionary<TenantId, OwnedDatabase> recent = [];
    private ConcurrentDictionary<TenantId, OwnedDatabase> earlier = [];
    private long turnedAt = clock.GetTimestamp();

    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var database = Of(tenant);
        await database.EnterAsync(cancellationToken);
        return new MongoTenantDatabase(tenant, database);
    }

    public async Task CreateAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await DatabaseOwner.ClaimAsync(Of(tenant).Store, tenant, cancellationToken);
    }

    public async Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var doomed = Of(tenant);
        Forget(tenant);
        await doomed.DeleteAsync(ours, cancellationToken);
    }

    public async Task<bool> IsEmptyAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var store = Of(tenant).Store;
        return await store.UseAsync(async limited =>
        {
            foreach (var name in await (await store.Database.ListCollectionNamesAsync(options: null, limited)).ToListAsync(limited))
            {
                if (DatabaseOwner.KeepsDocuments(name)
                    && ours?.Contains(name, StringComparer.Ordinal) is not false
                    && await store.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).Limit(1).AnyAsync(limited))
                {
                    return false;
                }
            }

            return true;
        }, MongoStore.Limit, cancellationToken);
    }

    /// <summary>How many tenants are held.</summary>
    internal int Held => recent.Count + earlier.Keys.Except(recent.Keys).Count();

    /// <summary>Lets the tenant's indexes that are being made come to an end.</summary>
    internal Task RestAsync(TenantId tenant) => Of(tenant).Store.RestAsync();

    private OwnedDatabase Of(TenantId tenant)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref turnedAt)) >= Idle)
        {
            Turn();
        }

        if (recent.TryGetValue(tenant, out var known))
        {
            return known;
        }

        lock (door)
        {
            // Never two of one tenant at once: each would take its own writes for the only ones.
            if (!held.TryGetValue(tenant, out var reference) || !reference.TryGetTarget(out known))
            {
                known = Make(tenant);
                held[tenant] = new WeakReference<OwnedDatabase>(known);
            }

            return recent[tenant] = known;
        }
    }

    private void Turn()
    {
        lock (door)
        {
            if (clock.GetElapsedTime(turnedAt) < Idle)
            {
                return;
            }

            turnedAt = clock.GetTimestamp();
            (earlier, recent) = (recent, []);
            foreach (var gone in held.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
            {
                held.Remove(gone);
            }
        }
    }

    private void Forget(TenantId tenant)
    {
        lock (door)
        {
            held.Remove(tenant);
            recent.TryRemove(tenant, out _);
            earlier.TryRemove(tenant, out _);
        }
    }

    private OwnedDatabase Make(TenantId tenant) => new(new MongoStore(clusters.Database(addressOf(tenant)), tenant.Value, logger), tenant, clock);
}

internal sealed class MongoTenantDatabase(TenantId tenant, OwnedDatabase database) : ITenantDatabase
{
    public TenantId Tenant => tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new MongoDocuments<T>(database.Store, database.EnterAsync);
}
