using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>The indexes of a collection, as its declaration asks for them.</summary>
internal static class IndexPlan
{
    public static IReadOnlyList<CreateIndexModel<RawBsonDocument>> Of(Layout layout) => [.. layout.Indexes.Select(index => Model(layout, index))];

    private static CreateIndexModel<RawBsonDocument> Model(Layout layout, DocumentIndex index)
    {
        // Ties are broken by the id, so every index ends with it: then no sort needs a second pass.
        IEnumerable<string> fields = index.Fields[^1] is StoredNames.Id ? index.Fields : [.. index.Fields, StoredNames.Id];
        var keys = new BsonDocument(fields.Select(field => new BsonElement(layout.At(field).Path, 1)));
        var options = new CreateIndexOptions<RawBsonDocument>();
        if (index.OnlyWhenSet is { } set)
        {
            options.PartialFilterExpression = WhenSet(layout.At(set));
        }

        return new CreateIndexModel<RawBsonDocument>(keys, options);
    }

    // A partial index serves a query only when the query's own bounds imply its filter, so the filter is the least bound of
    // the field's kind. It leaves out null, which an $exists would take in.
    private static BsonDocument WhenSet(Place place) => place.Shape.Kind switch
    {
        ShapeKind.Instant => InstantFilter.Exists(place.Path),
        ShapeKind.Boolean => Filters.Field(place.Path, "$gte", false),
        ShapeKind.Number => Filters.Field(place.Path, "$gte", double.NegativeInfinity),
        ShapeKind.Text or ShapeKind.Free => Filters.Field(place.Path, "$gte", string.Empty),
        _ => throw new InvalidOperationException($"The field {place.Path} is no single value; an index is over such."),
    };
}
