using Ecodrix.Storage.Routing;
using Microsoft.Extensions.Logging;
using MongoDB.Driver.Core.Configuration;

namespace Ecodrix.Storage.Mongo;

/// <summary>Documents on servers: <c>mongodb://</c> or <c>mongodb+srv://</c>, a host and a database.</summary>
/// <param name="mostConnections">To each server, by this process.</param>
/// <param name="ours">The names of the collections that a tenant's database may hold.</param>
/// <param name="watch">Added to each client's making: for who counts commands.</param>
internal sealed class MongoStorage(int mostConnections, TimeProvider clock, ILoggerFactory logging, Action<ClusterBuilder>? watch = null, Func<IReadOnlyList<string>>? ours = null) : IStorageAdapter, IDisposable
{
    private readonly MongoClusters clusters = new(mostConnections, watch);
    private readonly ILogger logger = logging.CreateLogger("Ecodrix.Storage");

    public static bool Takes(string uri) => MongoAddress.IsOne(uri);

    public IServicesDatabase Services(string uri, string setting) =>
        new GuardedServicesDatabase(new MongoServicesDatabase(clusters, MongoAddress.Parse(uri, setting), logger), clock);

    public ITenantDatabases Tenants(string template, string setting) => new MongoTenantDatabases(clusters, MongoAddress.OfTenants(template, setting), clock, logger);

    public ITenantDatabases TenantAt(string place)
    {
        var address = MongoAddress.Parse(place, "A data source");
        return new MongoTenantDatabases(clusters, address.Of, clock, logger, ours?.Invoke() ?? []);
    }

    public void Dispose() => clusters.Dispose();
}
