using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Storage.Mongo;

/// <summary>A database for each tenant, on as many clusters as their addresses name.</summary>
internal sealed class MongoTenantDatabases(MongoClusters clusters, Func<TenantId, MongoAddress> addressOf, TimeProvider clock, ILogger logger) : ITenantDatabases
{
    private readonly ConcurrentDictionary<TenantId, OwnedDatabase> databases = [];

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
        databases.TryRemove(tenant, out var known);
        await (known ?? Make(tenant)).DeleteAsync(cancellationToken);
    }

    /// <summary>Lets the tenant's indexes that are being made come to an end.</summary>
    internal Task RestAsync(TenantId tenant) => Of(tenant).Store.RestAsync();

    private OwnedDatabase Of(TenantId tenant) => databases.GetOrAdd(tenant, static (tenant, self) => self.Make(tenant), this);

    private OwnedDatabase Make(TenantId tenant) => new(new MongoStore(clusters.Database(addressOf(tenant)), tenant.Value, logger), tenant, clock);
}

internal sealed class MongoTenantDatabase(TenantId tenant, OwnedDatabase database) : ITenantDatabase
{
    public TenantId Tenant => tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new MongoDocuments<T>(database.Store, database.EnterAsync);
}
