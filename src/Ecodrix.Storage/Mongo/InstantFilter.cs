using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Tests of a field that the declared form says is an instant: stored as a date, compared as the text that it is in JSON.</summary>
internal static class InstantFilter
{
    private const string Format = "%Y-%m-%dT%H:%M:%S.%LZ";
    private const int Length = 24;

    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A bound below every date, which lets an index over dates alone serve.</summary>
    public static readonly BsonDateTime Earliest = new(First);

    /// <returns>Null when the text is no instant.</returns>
    public static BsonValue? ValueOf(string text) =>
        Scalars.TryInstant(text, out var written) && Instants.TryParse(written, out var instant) ? new BsonDateTime(instant.ToUnixTimeMilliseconds()) : null;

    /// <returns>The date that equals the text but for the case of its letters; null when there is none.</returns>
    public static BsonValue? ValueOfAnyCase(string text)
    {
        var upper = Scalars.Normal(text).ToUpperInvariant();
        return Scalars.TryInstant(upper, out var written) && string.Equals(upper, written, StringComparison.Ordinal) ? ValueOf(upper) : null;
    }

    public static BsonDocument? Ordered(string path, Operator one, string text)
    {
        var normal = Scalars.Normal(text);
        var atLeast = FirstWhere(written => Scalars.CompareText(written, normal) >= 0);
        var behind = FirstWhere(written => Scalars.CompareText(written, normal) > 0);
        return one switch
        {
            Operator.Gt => From(path, behind),
            Operator.Gte => From(path, atLeast),
            Operator.Lt => Before(path, atLeast),
            _ => Before(path, behind),
        };
    }

    public static BsonDocument Exists(string path) => Filters.Field(path, "$gte", Earliest);

    public static BsonDocument Contains(string path, string text) =>
        Filters.Expression(new BsonDocument("$gte", new BsonArray { new BsonDocument("$indexOfBytes", new BsonArray { TextOf(path), Literal(text) }), 0 }));

    /// <param name="folded">By <see cref="Scalars.Fold"/>.</param>
    public static BsonDocument ContainsFolded(string path, string folded) => Contains(path, folded.ToUpperInvariant());

    public static BsonDocument? StartsWith(string path, string text) => Part(path, text, 0);

    public static BsonDocument? EndsWith(string path, string text) => Part(path, text, Length - text.Length);

    /// <summary>The instant's text in an aggregation; null where there is none.</summary>
    public static BsonDocument TextOf(string path) => new("$dateToString", new BsonDocument { { "date", "$" + path }, { "format", Format } });

    private static BsonDocument? Part(string path, string text, int from)
    {
        if (text.Length == 0)
        {
            return Exists(path);
        }

        return text.Length > Length || !System.Text.Ascii.IsValid(text)
            ? Filters.Nothing
            : Filters.Expression(new BsonDocument("$eq", new BsonArray { new BsonDocument("$substrBytes", new BsonArray { TextOf(path), from, text.Length }), Literal(text) }));
    }

    private static BsonDocument Literal(string text) => new("$literal", text);

    private static BsonDocument? From(string path, long? first) => first is { } at ? Filters.Field(path, "$gte", new BsonDateTime(at)) : Filters.Nothing;

    private static BsonDocument Before(string path, long? end) => end is { } at
        ? Filters.Field(path, new BsonDocument { { "$gte", Earliest }, { "$lt", new BsonDateTime(at) } })
        : Exists(path);

    // The written forms are ordered as the instants are.
    private static long? FirstWhere(Func<string, bool> isBehind)
    {
        if (!isBehind(Written(Last)))
        {
            return null;
        }

        var (low, high) = (First, Last);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = isBehind(Written(middle)) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static string Written(long milliseconds) => Instants.Write(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
