using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Tests of parts of a text, as it was written.</summary>
internal static class TextFilter
{
    public static BsonDocument? Contains(Place place, FieldValue value)
    {
        if (!SingleFilter.IsText(value))
        {
            return place.IsId ? Filters.Nothing : SingleFilter.AnyItem(place, value);
        }

        return place.IsId
            ? IdFilter.Contains(value.Text)
            : Filters.Or(
                SingleFilter.AnyItem(place, value),
                Written(place, TextPattern.Contains(value.Text), path => InstantFilter.Contains(path, value.Text)));
    }

    public static BsonDocument? ContainsFolded(Place place, FieldValue value)
    {
        if (!SingleFilter.IsText(value))
        {
            return place.IsId ? Filters.Nothing : SingleFilter.AnyItem(place, value);
        }

        var folded = Scalars.Fold(value.Text);
        return place.IsId
            ? IdFilter.ContainsFolded(folded)
            : Filters.Or(
                SingleFilter.AnyItem(place, value, ItemPatterns(place, value.Text)),
                Written(place, TextPattern.ContainsFolded(folded), path => InstantFilter.ContainsFolded(path, folded)));
    }

    public static BsonDocument? StartsWith(Place place, FieldValue value) =>
        !SingleFilter.IsText(value) ? Filters.Nothing
        : place.IsId ? IdFilter.StartsWith(value.Text)
        : Written(place, TextPattern.StartsWith(value.Text), path => InstantFilter.StartsWith(path, value.Text));

    public static BsonDocument? EndsWith(Place place, FieldValue value) =>
        !SingleFilter.IsText(value) ? Filters.Nothing
        : place.IsId ? IdFilter.EndsWith(value.Text)
        : Written(place, TextPattern.EndsWith(value.Text), path => InstantFilter.EndsWith(path, value.Text));

    // A text stored in another form than it was written in stands, as it was written, beside.
    private static BsonDocument? Written(Place place, BsonRegularExpression pattern, Func<string, BsonDocument?> ofInstant)
    {
        if (place.Shape.Kind is ShapeKind.Instant)
        {
            return Filters.And([ofInstant(place.Path), .. SingleFilter.NotWalked(place)]);
        }

        if (!place.Shape.Admits(ShapeKind.Text))
        {
            return Filters.Nothing;
        }

        var asStored = Filters.And(
            SingleFilter.Alone(place, Filters.OneOf(place.Path, [pattern])),
            Filters.Field($"{StoredNames.Exact}.{StoredNames.Path}", "$ne", place.Path));
        var beside = Filters.Field(StoredNames.Exact, "$elemMatch", new BsonDocument
        {
            { StoredNames.Path, place.Path },
            { StoredNames.Text, new BsonDocument("$in", new BsonArray { pattern }) },
        });
        return Filters.Or(asStored, beside);
    }

    private static IReadOnlyList<BsonValue> ItemPatterns(Place place, string text)
    {
        var shape = place.Shape.Single;
        if (shape.Admits(ShapeKind.Text))
        {
            return [TextPattern.IsFolded(Scalars.Fold(Scalars.Normal(text)))];
        }

        return shape.Kind is ShapeKind.Instant && InstantFilter.ValueOfAnyCase(text) is { } date ? [date] : [];
    }
}
