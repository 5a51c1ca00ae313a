using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>The mark in each database of whose it is, so that no two ever share one by a mistaken address.</summary>
internal static class DatabaseOwner
{
    private const string Collection = "owner";
    private const string Key = "owner";
    private const string Tenant = "tenant";
    private const string Services = "services";
    private const int DuplicateKey = 11000;

    private static readonly BsonDocument Mark = new(StoredNames.Id, Key);

    /// <summary>Marks a database that has no owner.</summary>
    /// <param name="owner">Null means the services.</param>
    /// <exception cref="DatabaseUnavailableException">It is another's.</exception>
    public static Task ClaimAsync(MongoStore store, TenantId? owner, CancellationToken cancellationToken) => store.UseAsync(async limited =>
    {
        var mine = new BsonDocument("$setOnInsert", owner is { } tenant ? new BsonDocument(Tenant, tenant.Value) : new BsonDocument(Services, true));
        try
        {
            await Marks(store).UpdateOneAsync(Mark, mine, new UpdateOptions { IsUpsert = true }, limited);
        }
        catch (MongoWriteException same) when (same.WriteError?.Code == DuplicateKey)
        {
            // Another was first; whose it is now is read below.
        }

        await CheckAsync(store, owner, limited);
        return true;
    }, MongoStore.Limit, cancellationToken);

    /// <exception cref="DatabaseUnavailableException">It is not there, or another's.</exception>
    public static Task CheckAsync(MongoStore store, TenantId? owner, CancellationToken cancellationToken) => store.UseAsync(async limited =>
    {
        switch (await FindAsync(store, owner, limited))
        {
            case null:
                throw new DatabaseUnavailableException($"The database of {store.Name} is missing.");
            case false:
                throw new DatabaseUnavailableException($"The database meant for {store.Name} belongs to another.");
        }

        return true;
    }, MongoStore.Limit, cancellationToken);

    /// <summary>Whether a collection is there for documents, and not for the mark or for the server's own use.</summary>
    public static bool KeepsDocuments(string collection) => collection is not Collection && !collection.StartsWith("system.", StringComparison.Ordinal);

    /// <summary>Takes the mark away.</summary>
    public static Task LeaveAsync(MongoStore store, CancellationToken cancellationToken) => store.Database.DropCollectionAsync(Collection, cancellationToken);

    /// <returns>Null when it has no owner.</returns>
    public static async Task<bool?> FindAsync(MongoStore store, TenantId? owner, CancellationToken cancellationToken)
    {
        var mark = await Marks(store).Find(Mark).FirstOrDefaultAsync(cancellationToken);
        return mark is null ? null
            : owner is { } tenant ? mark.GetValue(Tenant, BsonNull.Value) is BsonString marked && string.Equals(marked.Value, tenant.Value, StringComparison.Ordinal)
            : mark.GetValue(Services, false).ToBoolean();
    }

    private static IMongoCollection<BsonDocument> Marks(MongoStore store) => store.Database.GetCollection<BsonDocument>(Collection);
}
