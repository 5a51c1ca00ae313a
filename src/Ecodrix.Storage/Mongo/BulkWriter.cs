using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>Sends the writes of one collection in batches: what gathers while others are under way goes together.</summary>
/// <remarks>
/// After a broken connection nobody knows what was done, so the same batch is sent again and each write knows its own work
/// by its token: what it finds done by itself is not lost to another.
/// </remarks>
internal sealed class BulkWriter(IMongoCollection<RawBsonDocument> collection, string database)
{
    /// <summary>Beyond it a write is refused: whoever adds more would wait in vain, and fill the memory meanwhile.</summary>
    public const int MostWaiting = 20_000;

    private const int MostInBatch = 500;
    private const int MostUnderWay = 2;
    private const int MostAttempts = 3;
    private const int DuplicateKey = 11000;

    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    private static readonly ProjectionDefinition<RawBsonDocument, BsonDocument> WhoseItIs =
        new BsonDocument { { StoredNames.Version, 1 }, { StoredNames.Token, 1 } };

    private readonly Lock door = new();
    private readonly BatchPace pace = new(TimeProvider.System);
    private readonly WaitingWrites waiting = new();
    private int underWay;

    /// <summary>How long a write that came now would wait, as far as the last batches tell.</summary>
    public TimeSpan ExpectedWait => pace.Expect((waiting.Count + MostInBatch - 1) / MostInBatch);

    /// <summary>Hands writes over; each tells its own outcome.</summary>
    /// <exception cref="DatabaseUnavailableException">So many wait already that no more are taken.</exception>
    public void Add(params ReadOnlySpan<MongoWrite> writes)
    {
        lock (door)
        {
            if (waiting.Count >= MostWaiting)
            {
                throw new DatabaseUnavailableException($"The database of {database} has more to write than it can take.") { IsBusy = true };
            }

            waiting.Add(writes);
            if (underWay == MostUnderWay)
            {
                return;
            }

            underWay++;
        }

        // Not at once: who writes in the same moment comes along.
        ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.RunAsync(), this, preferLocal: false);
    }

    // It never throws: every failure is its writes'.
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            var since = pace.Begin();
            try
            {
                await WriteAsync(batch);
                StorageTelemetry.Committed(batch.Count, batch[0].Since);
            }
            catch (Exception failure)
            {
                Fail(batch, failure);
            }

            pace.End(since);
            Leave(batch);
        }
    }

    private List<MongoWrite> Take()
    {
        lock (door)
        {
            var batch = waiting.Take(MostInBatch);
            if (batch.Count == 0)
            {
                underWay--;
            }

            return batch;
        }
    }

    private void Leave(List<MongoWrite> batch)
    {
        List<MongoWrite> late;
        lock (door)
        {
            late = waiting.Leave(batch);
        }

        late.ForEach(write => write.Settle(written: false));
    }

    // Who waited for a database that does not answer is not made to wait for another try of it.
    private void Fail(List<MongoWrite> batch, Exception failure)
    {
        IReadOnlyList<MongoWrite> failed = batch;
        if (failure is OperationCanceledException || MongoUnavailability.Covers(failure))
        {
            failure = MongoUnavailability.Of(database, failure);
            lock (door)
            {
                failed = [.. batch, .. waiting.Clear()];
            }
        }

        foreach (var write in failed)
        {
            write.Fail(failure);
        }
    }

    private async Task WriteAsync(List<MongoWrite> batch)
    {
        using var limit = new CancellationTokenSource(MongoStore.Limit);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await collection.BulkWriteAsync(batch.ConvertAll(write => write.Model), Unordered, limit.Token);
                await SettleAsync(batch, [], attempt == 1 ? result.MatchedCount : null, limit.Token);
                return;
            }
            catch (MongoBulkWriteException<RawBsonDocument> partial) when (partial.WriteConcernError is null)
            {
                await SettleAsync(batch, partial.WriteErrors, attempt == 1 ? partial.Result.MatchedCount : null, limit.Token);
                return;
            }
            catch (Exception failure) when (attempt < MostAttempts && MongoUnavailability.MayPass(failure))
            {
                // The next attempt asks for a server that answers, and waits for one.
            }
        }
    }

    /// <param name="matched">Null when an earlier attempt may have done some of it.</param>
    private async Task SettleAsync(List<MongoWrite> batch, IReadOnlyList<BulkWriteError> errors, long? matched, CancellationToken cancellationToken)
    {
        var failed = errors.ToDictionary(error => batch[error.Index]);
        List<MongoWrite> doubtful = [];
        foreach (var write in batch)
        {
            if (!failed.TryGetValue(write, out var error))
            {
                Sort(write, written: write.IsInsert);
            }
            else if (error.Code == DuplicateKey)
            {
                Sort(write, written: false);
            }
            else
            {
                write.Fail(FailureOf(error));
            }
        }

        if (doubtful.Count == matched)
        {
            doubtful.ForEach(write => write.Settle(written: true));
        }
        else if (doubtful.Count > 0)
        {
            await AskAsync(doubtful, matched, cancellationToken);
        }

        void Sort(MongoWrite write, bool written)
        {
            if (write.IsInsert && (written || matched is not null))
            {
                write.Settle(written);
            }
            else
            {
                doubtful.Add(write);
            }
        }
    }

    private async Task AskAsync(List<MongoWrite> doubtful, long? matched, CancellationToken cancellationToken)
    {
        var ids = new BsonArray(doubtful.Select(write => write.Id).Distinct());
        var found = await collection.Find(Filters.Field(StoredNames.Id, "$in", ids)).Project(WhoseItIs).ToListAsync(cancellationToken);
        var stored = found.ToDictionary(
            one => one[StoredNames.Id],
            one => new BulkOutcome.Stored(one[StoredNames.Version].ToInt64(), one.GetValue(StoredNames.Token, ObjectId.Empty).AsObjectId));
        foreach (var (write, outcome) in doubtful.Zip(BulkOutcome.Decide(doubtful, stored, matched)))
        {
            if (outcome is { } written)
            {
                write.Settle(written);
            }
            else
            {
                write.Fail(new DatabaseUnavailableException($"The database of {database} did not answer, and by now nobody can tell whether it wrote."));
            }
        }
    }

    private Exception FailureOf(BulkWriteError error) => MongoUnavailability.Covers(error.Code)
        ? new DatabaseUnavailableException($"The database of {database} refused a write: error {error.Code}.")
        : new InvalidOperationException($"The database of {database} refused a document: error {error.Code}.");
}
