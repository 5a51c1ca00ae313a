using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Writes that wait for their turn; while more wait than a batch takes, each owner's are taken in turn. No two replacements of one document are ever under way together.</summary>
/// <remarks>
/// A server tells how many of a batch's replacements were done, not which; that is read afterwards. Were the document
/// written again meanwhile, nobody could tell any more; from this process, at least, it is not.
/// </remarks>
internal sealed class WaitingWrites
{
    private readonly HashSet<BsonValue> underWay = [];
    private List<MongoWrite> waiting = [];

    public int Count => waiting.Count;

    public void Add(ReadOnlySpan<MongoWrite> writes) => waiting.AddRange(writes);

    /// <returns>At most so many that may go now; they are under way until <see cref="Leave"/>.</returns>
    public List<MongoWrite> Take(int most)
    {
        List<MongoWrite> taken = [];
        foreach (var write in waiting.Count <= most ? waiting : InTurn())
        {
            if (write.IsInsert || underWay.Add(write.Id))
            {
                taken.Add(write);
                if (taken.Count == most)
                {
                    break;
                }
            }
        }

        waiting = taken.Count == waiting.Count ? [] : [.. waiting.Except(taken)];
        return taken;
    }

    /// <summary>These have their outcome.</summary>
    /// <returns>Waiting replacements of a version that one of these has replaced: they came too late.</returns>
    public List<MongoWrite> Leave(List<MongoWrite> batch)
    {
        Dictionary<BsonValue, long> won = [];
        foreach (var write in batch.Where(write => !write.IsInsert))
        {
            underWay.Remove(write.Id);
            if (write.Outcome is { IsCompletedSuccessfully: true, Result: true })
            {
                won[write.Id] = write.Version;
            }
        }

        if (won.Count == 0 || waiting.Count == 0)
        {
            return [];
        }

        var late = waiting.Where(write => !write.IsInsert && won.TryGetValue(write.Id, out var version) && write.Version <= version).ToList();
        waiting = late.Count == 0 ? waiting : [.. waiting.Except(late)];
        return late;
    }

    // A write's place is behind what of its owner's came before it.
    private IEnumerable<MongoWrite> InTurn()
    {
        Dictionary<string, int> before = new(StringComparer.Ordinal);
        return waiting
            .Select(write => (Write: write, Place: before[write.Owner ?? string.Empty] = before.GetValueOrDefault(write.Owner ?? string.Empty) + 1))
            .OrderBy(one => one.Place)
            .Select(one => one.Write);
    }

    /// <returns>All that waited.</returns>
    public List<MongoWrite> Clear()
    {
        var all = waiting;
        waiting = [];
        return all;
    }
}
