using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Tells of each write of a batch whether it was done. A pure function, for a server tells it of all replacements together only.</summary>
internal static class BulkOutcome
{
    /// <summary>What is stored under an id now.</summary>
    public sealed record Stored(long Version, ObjectId Token);

    /// <param name="doubtful">Replacements, and additions that may have met themselves.</param>
    /// <param name="stored">By id; what is missing is gone.</param>
    /// <param name="matched">How many of the replacements met their document; null when that is not known, because an earlier attempt's answer was lost.</param>
    /// <returns>For each, in order; null where nobody can tell any more.</returns>
    public static IReadOnlyList<bool?> Decide(IReadOnlyList<MongoWrite> doubtful, IReadOnlyDictionary<BsonValue, Stored> stored, long? matched)
    {
        List<bool?> outcomes = [.. doubtful.Select(write => Decide(write, stored.GetValueOrDefault(write.Id)))];
        if (matched is not { } won)
        {
            return outcomes;
        }

        // Someone wrote on what may have been ours: the number of those that won often leaves only one reading.
        var left = won - outcomes.Count(outcome => outcome is true);
        var open = outcomes.Count(outcome => outcome is null);
        return left == 0 || left == open ? [.. outcomes.Select(outcome => outcome ?? left > 0)] : outcomes;
    }

    private static bool? Decide(MongoWrite write, Stored? stored)
    {
        if (stored is null)
        {
            return null;
        }

        return stored.Token == write.Token ? true
            : stored.Version <= write.Version ? false
            : null;
    }
}
