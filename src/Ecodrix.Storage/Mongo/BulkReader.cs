using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>Finds documents of one collection by their ids, many with one question: what is asked for while others are under way goes together.</summary>
/// <remarks>A question is sent after it was asked, never joined to one that is under way: who asks after a write finds it.</remarks>
internal sealed class BulkReader(IMongoCollection<RawBsonDocument> collection, MongoStore store)
{
    private const int MostInBatch = 500;
    private const int MostUnderWay = 2;

    private readonly Lock door = new();
    private Dictionary<BsonValue, TaskCompletionSource<byte[]?>> waiting = [];
    private int underWay;

    /// <returns>The stored document; null when there is none.</returns>
    public Task<byte[]?> FindAsync(BsonValue id, CancellationToken cancellationToken)
    {
        TaskCompletionSource<byte[]?>? answer;
        lock (door)
        {
            if (!waiting.TryGetValue(id, out answer))
            {
                answer = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add(id, answer);
            }

            if (underWay == MostUnderWay)
            {
                return answer.Task.WaitAsync(cancellationToken);
            }

            underWay++;
        }

        // Not at once: who asks in the same moment comes along.
        ThreadPool.UnsafeQueueUserWorkItem(static reader => _ = reader.RunAsync(), this, preferLocal: false);
        return answer.Task.WaitAsync(cancellationToken);
    }

    // It never throws: every failure is its askers'.
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var found = await store.UseAsync(limited => ReadAsync(batch.Keys, limited), MongoStore.Limit, CancellationToken.None); // One of many who ask may give up, not all.
                foreach (var (id, answer) in batch)
                {
                    answer.TrySetResult(found.GetValueOrDefault(id));
                }
            }
            catch (Exception failure)
            {
                Fail(batch, failure);
            }
        }
    }

    // Who waited for a database that does not answer is not made to wait for another try of it.
    private void Fail(Dictionary<BsonValue, TaskCompletionSource<byte[]?>> batch, Exception failure)
    {
        Dictionary<BsonValue, TaskCompletionSource<byte[]?>> alike = [];
        if (failure is DatabaseUnavailableException)
        {
            lock (door)
            {
                (alike, waiting) = (waiting, alike);
            }
        }

        foreach (var answer in batch.Values.Concat(alike.Values))
        {
            answer.TrySetException(failure);
        }
    }

    private Dictionary<BsonValue, TaskCompletionSource<byte[]?>> Take()
    {
        lock (door)
        {
            var batch = waiting;
            waiting = [];
            if (batch.Count > MostInBatch)
            {
                waiting = batch.Skip(MostInBatch).ToDictionary();
                batch = batch.Take(MostInBatch).ToDictionary();
            }

            if (batch.Count == 0)
            {
                underWay--;
            }

            return batch;
        }
    }

    private async Task<Dictionary<BsonValue, byte[]>> ReadAsync(IReadOnlyCollection<BsonValue> ids, CancellationToken cancellationToken)
    {
        var where = Filters.OneOf(StoredNames.Id, [.. ids])!;
        var found = await collection.Find(where, new FindOptions { BatchSize = MostInBatch }).ToListAsync(cancellationToken);
        return found.ToDictionary(document => document[StoredNames.Id], BytesOf);
    }

    private static byte[] BytesOf(RawBsonDocument document)
    {
        using (document)
        {
            var bytes = new byte[document.Slice.Length];
            document.Slice.GetBytes(0, bytes, 0, bytes.Length);
            return bytes;
        }
    }
}
