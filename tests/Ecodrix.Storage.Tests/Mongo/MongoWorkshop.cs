using Ecodrix.Storage.Mongo;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Databases of one test, gone with it.</summary>
internal sealed class MongoWorkshop : IAsyncDisposable
{
    private readonly string prefix = MongoServer.NewPrefix();
    private readonly List<MongoClusters> clusters = [];
    private readonly Lazy<TcpRelay> relay = new(() =>
    {
        var host = new MongoUrl(MongoServer.Uri).Servers.First();
        return new TcpRelay(host.Host, host.Port);
    });

    /// <summary>The way to <see cref="Relayed"/>.</summary>
    public TcpRelay Relay => relay.Value;

    public string NameOf(string database) => prefix + database;

    public MongoAddress Direct(string database) => MongoAddress.Parse(MongoServer.AddressOf(NameOf(database)), "the test's server");

    public MongoAddress Relayed(string database)
    {
        var url = new MongoUrlBuilder(MongoServer.AddressOf(NameOf(database))) { Server = new MongoServerAddress("127.0.0.1", Relay.Port), DirectConnection = true };
        return MongoAddress.Parse(url.ToString(), "the test's relay");
    }

    public MongoTenantDatabases OpenTenants(Func<TenantId, MongoAddress>? addressOf = null, TimeProvider? clock = null, Action<ClusterBuilder>? watch = null) =>
        new(Clusters(watch), addressOf ?? (tenant => Direct(tenant.Value)), clock ?? TimeProvider.System, NullLogger.Instance);

    public MongoServicesDatabase OpenServices(MongoAddress? address = null, Action<ClusterBuilder>? watch = null) =>
        new(Clusters(watch), address ?? Direct("services"), NullLogger.Instance);

    public MongoStore OpenStore(string database, Action<ClusterBuilder>? watch = null) =>
        new(Clusters(watch).Database(Direct(database)), database, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        clusters.ForEach(one => one.Dispose());
        if (relay.IsValueCreated)
        {
            relay.Value.Dispose();
        }

        await MongoServer.DropAsync(prefix);
    }

    private MongoClusters Clusters(Action<ClusterBuilder>? watch)
    {
        var made = new MongoClusters(mostConnections: 16, watch);
        clusters.Add(made);
        return made;
    }
}
