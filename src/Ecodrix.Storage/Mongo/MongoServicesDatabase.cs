using Microsoft.Extensions.Logging;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>The services' database. Any number of processes share it.</summary>
internal sealed class MongoServicesDatabase(MongoClusters clusters, MongoAddress address, ILogger logger) : IServicesDatabase, IStorageLoad
{
    /// <summary>A process that has just begun and connects for the first time has more patience than a request: about half a minute.</summary>
    private const int MostAttempts = 12;

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
            await ClaimAsync(cancellationToken);
        }

        await store.UseAsync(limited => store.Database.RunCommandAsync<BsonDocument>(Ping, cancellationToken: limited), MongoStore.Limit, cancellationToken);
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; !claimed; attempt++)
        {
            try
            {
                await DatabaseOwner.ClaimAsync(store, owner: null, cancellationToken);
                claimed = true;
            }
            catch (DatabaseUnavailableException noAnswer) when (attempt < MostAttempts && noAnswer.InnerException is TimeoutException or OperationCanceledException)
            {
                // Each attempt has waited for its answer.
            }
        }
    }
}
