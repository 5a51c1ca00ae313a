using Ecodrix.Storage.Routing;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>Tries a database before a client's documents are kept there. On a connection of its own, of which nothing is left.</summary>
internal sealed class MongoProbe(ILoggerFactory logging)
{
    private const string Collection = "probe";
    private const int MostConnections = 2;
    private const int NotAllowed = 13;

    private readonly ILogger logger = logging.CreateLogger("Ecodrix.Storage");

    /// <param name="uri">Begins as an address of MongoDB's.</param>
    /// <param name="services">The services' address, of whatever kind.</param>
    public async Task<SourceProblem?> RunAsync(string uri, TenantId client, string services, CancellationToken cancellationToken)
    {
        if (MongoAddress.TryParse(uri) is not { } address)
        {
            return SourceProblem.Malformed;
        }

        if (MongoStorage.Takes(services) && address.MeansTheSameAs(MongoAddress.Parse(services, "The services database")))
        {
            return SourceProblem.IsServices;
        }

        using var once = new MongoClusters(MostConnections);
        try
        {
            foreach (var tenant in new[] { client.Live, client.Test })
            {
                var store = new MongoStore(once.Database(address.Of(tenant)), tenant.Value, logger);
                if (await store.UseAsync(limited => OwnerProblemAsync(store, tenant, limited), MongoStore.Limit, cancellationToken) is { } problem)
                {
                    return problem;
                }

                await store.UseAsync(limited => TryOutAsync(store.Database, limited), MongoStore.LongLimit, cancellationToken);
            }

            return null;
        }
        catch (Exception failure) when (failure is DatabaseUnavailableException or MongoException or TimeoutException or DnsClient.DnsResponseException)
        {
            return Judge(failure is DatabaseUnavailableException { InnerException: { } cause } ? cause : failure);
        }
    }

    /// <summary>What stands in the way, by what the driver says.</summary>
    internal static SourceProblem Judge(Exception failure) => failure switch
    {
        MongoAuthenticationException => SourceProblem.WrongCredentials,
        MongoCommandException { Code: 18 or 8000 } => SourceProblem.WrongCredentials,
        MongoCommandException { Code: NotAllowed, Command: { ElementCount: > 0 } command } when command.GetElement(0).Name is "find" => SourceProblem.WrongCredentials,
        MongoCommandException { Code: NotAllowed or 20 or 10107 or 13435 } or MongoNotPrimaryException => SourceProblem.ReadOnly,
        MongoWriteException or MongoBulkWriteException => SourceProblem.ReadOnly,
        MongoConfigurationException => SourceProblem.Malformed,
        { InnerException: MongoAuthenticationException } => SourceProblem.WrongCredentials,
        _ => SourceProblem.Unreachable,
    };

    private static async Task<SourceProblem?> OwnerProblemAsync(MongoStore store, TenantId tenant, CancellationToken cancellationToken) =>
        await DatabaseOwner.FindAsync(store, tenant, cancellationToken) is not false ? null
        : await DatabaseOwner.FindAsync(store, owner: null, cancellationToken) is true ? SourceProblem.IsServices
        : SourceProblem.AnotherOwner;

    private static async Task<bool> TryOutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var probes = database.GetCollection<BsonDocument>(Collection);
        var mine = new BsonDocument(StoredNames.Id, ObjectId.GenerateNewId());
        await probes.InsertOneAsync(mine, options: null, cancellationToken);
        await probes.Find(mine).SingleAsync(cancellationToken);
        await probes.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("at", 1)), options: null, cancellationToken);
        await probes.DeleteOneAsync(mine, cancellationToken);
        await database.DropCollectionAsync(Collection, cancellationToken);
        return true;
    }
}
