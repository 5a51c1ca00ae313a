using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Filters put together. Null meets nothing, an empty one everything.</summary>
internal static class Filters
{
    public static BsonDocument Everything => [];

    public static BsonDocument? Nothing => null;

    public static BsonDocument? And(params IEnumerable<BsonDocument?> filters)
    {
        List<BsonDocument> parts = [];
        foreach (var filter in filters)
        {
            if (filter is null)
            {
                return Nothing;
            }

            if (filter.ElementCount > 0)
            {
                parts.Add(filter);
            }
        }

        return parts.Count switch
        {
            0 => Everything,
            1 => parts[0],
            _ => new BsonDocument("$and", new BsonArray(parts)),
        };
    }

    public static BsonDocument? Or(params IEnumerable<BsonDocument?> filters)
    {
        List<BsonDocument> parts = [.. filters.OfType<BsonDocument>()];
        if (parts.Exists(part => part.ElementCount == 0))
        {
            return Everything;
        }

        return parts.Count switch
        {
            0 => Nothing,
            1 => parts[0],
            _ => new BsonDocument("$or", new BsonArray(parts)),
        };
    }

    public static BsonDocument? Not(BsonDocument? filter) => filter switch
    {
        null => Everything,
        { ElementCount: 0 } => Nothing,
        _ => new BsonDocument("$nor", new BsonArray { filter }),
    };

    /// <summary>The filter as a server takes it.</summary>
    public static BsonDocument Whole(BsonDocument? filter) => filter ?? new BsonDocument(StoredNames.Id, new BsonDocument("$in", new BsonArray()));

    public static BsonDocument Field(string path, BsonValue value) => new(path, value);

    public static BsonDocument Field(string path, string sign, BsonValue value) => new(path, new BsonDocument(sign, value));

    /// <summary>One of several, a text pattern among them perhaps.</summary>
    public static BsonDocument? OneOf(string path, IReadOnlyList<BsonValue> values) => values switch
    {
        [] => Nothing,
        [var one] when !one.IsBsonRegularExpression => Field(path, one),
        _ => Field(path, "$in", new BsonArray(values)),
    };

    public static BsonDocument IsList(string path) => Field(path, "$type", "array");

    public static BsonDocument Expression(BsonValue expression) => new("$expr", expression);
}
