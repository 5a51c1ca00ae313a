using System.Buffers;
using System.Text.Json;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>One collection of one database.</summary>
/// <param name="enterAsync">Before each use; throws when the database is not to be used.</param>
internal sealed class MongoDocuments<T>(MongoStore store, Func<CancellationToken, Task> enterAsync) : IDocuments<T>
    where T : class, IDocument<T>
{
    /// <summary>A little less than a server takes, which counts what it adds.</summary>
    private const int LargestDocument = 15 * 1024 * 1024;

    private static readonly Layout Layout = Layout.Of<T>();
    private static readonly ProjectionDefinition<RawBsonDocument, BsonDocument> IdAlone = new BsonDocument(StoredNames.Id, 1);

    private readonly MongoTable table = store.Table(Layout);
    private readonly ConditionFilter filter = new(Layout);

    public async Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await enterAsync(cancellationToken);
        return await table.Reader.FindAsync(StoredId.Of(id), cancellationToken) is { } stored ? Read(new MemoryStream(stored, writable: false)) : null;
    }

    public async Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var found = await ReadAsync(Filters.Field(StoredNames.Id, "$in", new BsonArray(ids.Distinct(StringComparer.Ordinal).Select(StoredId.Of))), find => find, cancellationToken);
        var byId = found.ToDictionary(document => document.Id, StringComparer.Ordinal);
        return [.. ids.Select(id => byId.GetValueOrDefault(id)).OfType<T>()];
    }

    public async Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) => (await AddManyAsync([document], cancellationToken))[0];

    public async Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken)
    {
        var writes = documents.Select(document =>
        {
            var token = ObjectId.GenerateNewId();
            return MongoWrite.Insert(document.Id, document.Version, token, Write(document, token), T.Collection.OwnerOf?.Invoke(document));
        });
        return await WriteAsync([.. writes], cancellationToken);
    }

    public async Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken)
    {
        var token = ObjectId.GenerateNewId();
        var stored = Write(next, token);
        var expected = new BsonDocument { { StoredNames.Id, StoredId.Of(next.Id) }, { StoredNames.Version, next.Version - 1 } };
        if (Layout.ShardField is { } shard && new RawBsonDocument(stored).TryGetValue(shard, out var key) && key.IsString)
        {
            expected.Add(shard, key.AsString);
        }

        return (await WriteAsync([MongoWrite.Replace(next.Id, next.Version, token, expected, stored, T.Collection.OwnerOf?.Invoke(next))], cancellationToken))[0];
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var tried = false;
        return await UseAsync(async limited =>
        {
            // Who tries again finds gone what the first try took.
            var again = Interlocked.Exchange(ref tried, true);
            var deleted = await table.Collection.DeleteOneAsync(Filters.Field(StoredNames.Id, StoredId.Of(id)), limited);
            return deleted.DeletedCount > 0 || again;
        }, MongoStore.Limit, cancellationToken);
    }

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken)
    {
        var condition = filter.Of(where);
        return UseAsync(async limited =>
        {
            var deleted = 0;
            while (deleted < atMost)
            {
                var ids = await table.Collection.Find(condition).Limit(atMost - deleted).Project(IdAlone).ToListAsync(limited);
                if (ids.Count == 0)
                {
                    break;
                }

                // The condition again: what has changed since is not meant any more.
                var those = Filters.Field(StoredNames.Id, "$in", new BsonArray(ids.Select(one => one[StoredNames.Id])));
                deleted += (int)(await table.Collection.DeleteManyAsync(Filters.And(those, condition)!, limited)).DeletedCount;
                if (ids.Count < atMost)
                {
                    break;
                }
            }

            return deleted;
        }, MongoStore.LongLimit, cancellationToken);
    }

    public async Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken)
    {
        if (query is { Limit: < 1 } or { Skip: < 0 })
        {
            throw new ArgumentException("A query asks for at least one document and passes over none or more.", nameof(query));
        }

        return await ReadAsync(filter.Of(query.Where), find => find.Sort(Order(query.Sort)).Skip(query.Skip).Limit(query.Limit), cancellationToken);
    }

    public async Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken)
    {
        var condition = filter.Of(where);
        return (int)await UseAsync(limited => table.Collection.CountDocumentsAsync(condition, new CountOptions { Limit = atMost }, limited), MongoStore.LongLimit, cancellationToken);
    }

    public async Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken)
    {
        var pipeline = new GroupPipeline(Layout, grouping);
        var stages = PipelineDefinition<RawBsonDocument, BsonDocument>.Create(pipeline.Stages());
        var found = await UseAsync(async limited => await (await table.Collection.AggregateAsync(stages, cancellationToken: limited)).ToListAsync(limited), MongoStore.LongLimit, cancellationToken);
        return pipeline.RowsOf(found);
    }

    // The id follows in the direction of the last sort, so that one index serves both ways.
    private static BsonDocument Order(IReadOnlyList<Sort> sorts)
    {
        var order = new BsonDocument();
        foreach (var sort in sorts)
        {
            var path = Layout.At(sort.Field).Path;
            if (!order.Contains(path))
            {
                order.Add(path, sort.Descending ? -1 : 1);
            }
        }

        return order.Contains(StoredNames.Id) ? order : order.Add(StoredNames.Id, sorts is [.., { Descending: true }] ? -1 : 1);
    }

    private static byte[] Write(T document, ObjectId token)
    {
        var stored = DocumentWriter.Write(JsonSerializer.SerializeToUtf8Bytes(document, T.Collection.Json), document.Id, Layout, token);
        return stored.Length <= LargestDocument
            ? stored
            : throw new InvalidOperationException($"A document of {Layout.Name} has {stored.Length} bytes; MongoDB takes at most {LargestDocument}.");
    }

    private static T Read(RawBsonDocument stored)
    {
        using (stored)
        {
            return Read(new ByteBufferStream(stored.Slice, ownsBuffer: false));
        }
    }

    private static T Read(Stream stored)
    {
        using (stored)
        {
            var json = new ArrayBufferWriter<byte>(Math.Max(256, 2 * (int)stored.Length));
            DocumentReader.Read(stored, Layout, json);
            return JsonSerializer.Deserialize(json.WrittenSpan, T.Collection.Json)!;
        }
    }

    private async Task<IReadOnlyList<T>> ReadAsync(
        BsonDocument where, Func<IFindFluent<RawBsonDocument, RawBsonDocument>, IFindFluent<RawBsonDocument, RawBsonDocument>> shape, CancellationToken cancellationToken)
    {
        var found = await UseAsync(limited => shape(table.Collection.Find(where)).ToListAsync(limited), MongoStore.Limit, cancellationToken);
        return found.ConvertAll(Read);
    }

    private async Task<IReadOnlyList<bool>> WriteAsync(MongoWrite[] writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Length == 0)
        {
            return [];
        }

        await enterAsync(cancellationToken);
        table.PrepareToWrite();
        table.Writer.Add(writes);
        return await Task.WhenAll(writes.Select(write => write.Outcome));
    }

    private async Task<TResult> UseAsync<TResult>(Func<CancellationToken, Task<TResult>> use, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await enterAsync(cancellationToken);
        return await store.UseAsync(use, limit, cancellationToken);
    }
}
