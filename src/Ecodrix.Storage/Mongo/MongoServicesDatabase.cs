using Microsoft.Extensions.Logging;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>The services' database. Any number of processes share it.</summary>
internal sealed class MongoServicesDatabase(MongoClusters clusters, MongoAddress address, ILogger logger) : IServicesDatabase, IStorageLoad
{
    private static readonly BsonDocument Ping = new("ping", 1);

    private readonly MongoStore store = new(clusters.Database(address), "services", logger);
    private bool claimed;

    public TimeSpan ExpectedWait => store.ExpectedWait;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new MongoDocuments<T>(store, static _ => Task.CompletedTask);

    /// <summary>Lets indexes that are being made come to an end.</summary>
    internal Task RestAsync() => store.RestAsync();

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        if (!claimed)
        {
            await DatabaseOwner.ClaimAsync(store, owner: null, cancellationToken);
            claimed = true;
        }

        await store.UseAsync(limited => store.Database.RunCommandAsync<BsonDocument>(Ping, cancellationToken: limited), MongoStore.Limit, cancellationToken);
    }
}
