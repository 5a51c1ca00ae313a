using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Tests of the id, which compares as the text it is, whichever way it is stored.</summary>
internal static class IdFilter
{
    private const string Id = StoredNames.Id;

    public static BsonDocument? OneOf(IEnumerable<string> texts) => Filters.OneOf(Id, [.. texts.Select(StoredId.Of)]);

    public static BsonDocument? EqualFolded(string text)
    {
        var folded = Scalars.Fold(text);
        return Filters.OneOf(Id, [.. new[] { text, folded }.Where(DocumentId.IsValid).Distinct(StringComparer.Ordinal).Select(StoredId.Of), TextPattern.IsFolded(folded)]);
    }

    /// <summary>A bound in the form of an ObjectId asks among ObjectIds alone: where there are such, no id is anything else.</summary>
    public static BsonDocument? Ordered(string sign, string text)
    {
        if (DocumentId.IsValid(text))
        {
            return Filters.Field(Id, sign, StoredId.Of(text));
        }

        // No ObjectId's text is this one, so those at or behind it are those behind it.
        var behind = StoredId.FirstBehind(text);
        var native = sign[1] is 'g'
            ? behind is { } first ? Filters.Field(Id, "$gte", first) : Filters.Nothing
            : behind is { } end ? Filters.Field(Id, "$lt", end) : Filters.Field(Id, "$type", "objectId");
        return Filters.Or(Filters.Field(Id, sign, text), native);
    }

    public static BsonDocument? Contains(string text) => Either(TextPattern.Contains(text), Found(text, "$gte", 0));

    /// <param name="folded">By <see cref="Scalars.Fold"/>.</param>
    public static BsonDocument? ContainsFolded(string folded) => Either(TextPattern.ContainsFolded(folded), Found(folded, "$gte", 0));

    public static BsonDocument? StartsWith(string text) => Either(TextPattern.StartsWith(text), Found(text, "$eq", 0));

    public static BsonDocument? EndsWith(string text)
    {
        var from = DocumentId.Length - text.Length;
        var native = text.Length == 0 ? Filters.Everything
            : from < 0 ? Filters.Nothing
            : Filters.Expression(new BsonDocument("$eq", new BsonArray { new BsonDocument("$substrCP", new BsonArray { Text(), from, text.Length }), Literal(text) }));
        return Either(TextPattern.EndsWith(text), native);
    }

    private static BsonDocument? Either(BsonRegularExpression pattern, BsonDocument? native) =>
        Filters.Or(Filters.OneOf(Id, [pattern]), Filters.And(Filters.Field(Id, "$type", "objectId"), native));

    private static BsonDocument Found(string text, string sign, int at) =>
        Filters.Expression(new BsonDocument(sign, new BsonArray { new BsonDocument("$indexOfCP", new BsonArray { Text(), Literal(text) }), at }));

    private static BsonDocument Text() => new("$toString", "$" + Id);

    private static BsonDocument Literal(string text) => new("$literal", text);
}
