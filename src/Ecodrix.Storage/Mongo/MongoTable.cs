using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>One collection as this process uses it: its writer and its reader, and its indexes, which the first write has made.</summary>
internal sealed class MongoTable
{
    private const int IndexOptionsConflict = 85;
    private const int IndexKeySpecsConflict = 86;

    private readonly Lock door = new();
    private readonly MongoStore store;
    private readonly IReadOnlyList<CreateIndexModel<RawBsonDocument>> plan;
    private Task? indexed;

    public MongoTable(MongoStore store, Layout layout)
    {
        this.store = store;
        Layout = layout;
        Collection = store.Database.GetCollection<RawBsonDocument>(layout.Name);
        Writer = new BulkWriter(Collection, store.Name);
        Reader = new BulkReader(Collection, store);
        plan = IndexPlan.Of(layout);
    }

    public Layout Layout { get; }

    public IMongoCollection<RawBsonDocument> Collection { get; }

    public BulkWriter Writer { get; }

    public BulkReader Reader { get; }

    /// <summary>Done when no index is being made. It never fails.</summary>
    public Task Indexed => indexed ?? Task.CompletedTask;

    /// <summary>Before each write. The indexes are made beside the first: on an empty collection they are there at once, and on a full one nobody waits for them.</summary>
    public void PrepareToWrite()
    {
        if (indexed is not null || plan.Count == 0)
        {
            return;
        }

        lock (door)
        {
            indexed ??= Task.Run(IndexAsync);
        }
    }

    private async Task IndexAsync()
    {
        try
        {
            // Without an end: a full collection may take its time, and the server goes on by itself.
            await Collection.Indexes.CreateManyAsync(plan, CancellationToken.None);
        }
        catch (MongoCommandException differs) when (differs.Code is IndexOptionsConflict or IndexKeySpecsConflict)
        {
            store.LogIndexesDiffer(Layout.Name, store.Name, differs);
        }
        catch (Exception failure) when (failure is MongoException or TimeoutException or OperationCanceledException)
        {
            store.LogIndexesFailed(Layout.Name, store.Name, failure);
            indexed = null;
        }
    }
}
