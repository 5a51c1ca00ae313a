using System.Collections.Concurrent;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace Ecodrix.Storage.Mongo;

/// <summary>One client for each cluster, shared by all whose databases lie there.</summary>
/// <param name="mostConnections">To each server of a cluster, by this process.</param>
/// <param name="watch">Added to each client's making: for who counts commands.</param>
internal sealed class MongoClusters(int mostConnections, Action<ClusterBuilder>? watch = null) : IDisposable
{
    /// <summary>So a request hears of a cluster that is down within 3 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Lazy<MongoClient>> clients = new(StringComparer.Ordinal);

    public IMongoDatabase Database(MongoAddress address) =>
        clients.GetOrAdd(address.Cluster, static (cluster, self) => new Lazy<MongoClient>(() => self.Connect(cluster)), this).Value.GetDatabase(address.Database);

    public void Dispose()
    {
        foreach (var client in clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private MongoClient Connect(string cluster)
    {
        var settings = MongoClientSettings.FromConnectionString(cluster);
        settings.ApplicationName = "ecodrix";
        settings.ServerSelectionTimeout = Patience;
        settings.ConnectTimeout = Patience;
        settings.WaitQueueTimeout = Patience;
        settings.MaxConnectionPoolSize = mostConnections;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        settings.ReadPreference = ReadPreference.Primary;
        settings.ClusterConfigurator = watch;
        return new MongoClient(settings);
    }
}
