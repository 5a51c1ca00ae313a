using System.Text.Json;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Comparisons of whole values.</summary>
internal static class SingleFilter
{
    /// <summary>The value, or any item when it is a list, is one of these.</summary>
    public static BsonDocument? OneOf(Place place, IReadOnlyList<FieldValue> values, params IReadOnlyList<BsonValue> patterns)
    {
        var numbers = values.Where(value => value.Kind is JsonValueKind.Number).Select(value => (BsonValue)value.Number).ToList();
        if (place.IsId)
        {
            return Filters.Or(IdFilter.OneOf(values.Where(IsText).Select(value => value.Text)), NumericText(place, numbers));
        }

        var (shape, mayBeNull) = (place.Shape.Single, values.Any(value => value.IsNull));
        List<BsonValue> stored = [.. values.SelectMany(value => StoredAs(value, shape)).Distinct(), .. patterns];
        var direct = Filters.And([Filters.OneOf(place.Path, stored), .. NotWalked(place)]);
        return Filters.Or(
            direct,
            shape.Admits(ShapeKind.Text) ? NumericText(place, numbers) : Filters.Nothing,
            mayBeNull ? Filters.Not(Filters.And(NotWalked(place))) : Filters.Nothing);
    }

    public static BsonDocument? EqualFolded(Place place, FieldValue value)
    {
        if (!IsText(value))
        {
            return OneOf(place, [value]);
        }

        if (place.IsId)
        {
            return Filters.Or(OneOf(place, [value]), IdFilter.EqualFolded(value.Text));
        }

        var shape = place.Shape.Single;
        List<BsonValue> patterns = [];
        if (shape.Admits(ShapeKind.Text))
        {
            patterns.Add(TextPattern.IsFolded(Scalars.Fold(Scalars.Normal(value.Text))));
        }
        else if (shape.Kind is ShapeKind.Instant && InstantFilter.ValueOfAnyCase(value.Text) is { } date)
        {
            patterns.Add(date);
        }

        return OneOf(place, [value], patterns);
    }

    public static BsonDocument? Ordered(Place place, Operator one, FieldValue value)
    {
        var sign = Sign(one);
        if (!IsText(value) && value.Kind is not JsonValueKind.Number)
        {
            return Filters.Nothing;
        }

        if (place.IsId)
        {
            return IsText(value) ? IdFilter.Ordered(sign, value.Text) : NumericText(place, sign, value.Number);
        }

        List<BsonDocument?> found = [];
        if (IsText(value))
        {
            found.Add(OrderedText(place, one, value.Text));
        }
        else if (place.Shape.Admits(ShapeKind.Text))
        {
            found.Add(NumericText(place, sign, value.Number));
        }

        if (place.Shape.Admits(ShapeKind.Number) && TryNumber(value, out var number))
        {
            found.Add(Alone(place, Filters.Field(place.Path, sign, number)));
        }

        return Filters.Or(found);
    }

    public static BsonDocument? Exists(Place place)
    {
        if (place.IsId)
        {
            return Filters.Everything;
        }

        // An index of what is set is one of values behind the least of their kind.
        var direct = place.Shape.Kind switch
        {
            ShapeKind.Instant => InstantFilter.Exists(place.Path),
            ShapeKind.Text => Filters.Field(place.Path, "$gte", string.Empty),
            ShapeKind.Boolean => Filters.Field(place.Path, "$gte", false),
            ShapeKind.Free or ShapeKind.List => Filters.Or(Filters.Field(place.Path, "$ne", BsonNull.Value), Filters.IsList(place.Path)),
            _ => Filters.Field(place.Path, "$ne", BsonNull.Value),
        };
        return Filters.And([direct, .. NotWalked(place)]);
    }

    /// <summary>The test, of a value that is no list and lies in none.</summary>
    public static BsonDocument? Alone(Place place, BsonDocument? test) => Filters.And(
    [
        test,
        place.Shape.MayBeList ? Filters.Not(Filters.IsList(place.Path)) : Filters.Everything,
        .. NotWalked(place),
    ]);

    public static IEnumerable<BsonDocument?> NotWalked(Place place) => place.Walked.Select(path => Filters.Not(Filters.IsList(path)));

    public static bool IsText(FieldValue value) => value.Kind is JsonValueKind.String;

    /// <summary>Any item of a list that is one of these.</summary>
    public static BsonDocument? AnyItem(Place place, FieldValue value, params IReadOnlyList<BsonValue> patterns)
    {
        if (!place.Shape.MayBeList)
        {
            return Filters.Nothing;
        }

        var stored = StoredAs(value, place.Shape.Single).Concat(patterns).ToList();
        var numeric = value.Kind is JsonValueKind.Number ? Numbers(place.Path + "." + StoredNames.AnyItem, value.Number) : Filters.Nothing;
        return Filters.And([Filters.IsList(place.Path), Filters.Or(Filters.OneOf(place.Path, stored), numeric), .. NotWalked(place)]);
    }

    private static BsonDocument? OrderedText(Place place, Operator one, string text)
    {
        if (place.Shape.Kind is ShapeKind.Instant)
        {
            return Filters.And([InstantFilter.Ordered(place.Path, one, text), .. NotWalked(place)]);
        }

        return place.Shape.Admits(ShapeKind.Text) ? Alone(place, Filters.Field(place.Path, Sign(one), Scalars.Normal(text))) : Filters.Nothing;
    }

    /// <summary>What is stored where the value would be equal.</summary>
    private static IEnumerable<BsonValue> StoredAs(FieldValue value, Shape shape)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return [BsonNull.Value];
            case JsonValueKind.True or JsonValueKind.False:
                return shape.Admits(ShapeKind.Boolean) ? [value.Kind is JsonValueKind.True] : [];
            case JsonValueKind.Number:
                return shape.Admits(ShapeKind.Number) ? [value.Number] : [];
            case JsonValueKind.String:
                return StoredAs(value.Text, shape);
            default:
                return [];
        }
    }

    private static IEnumerable<BsonValue> StoredAs(string text, Shape shape)
    {
        if (shape.Kind is ShapeKind.Instant && InstantFilter.ValueOf(text) is { } date)
        {
            yield return date;
        }

        if (shape.Admits(ShapeKind.Text))
        {
            yield return Scalars.Normal(text);
        }

        if (shape.Admits(ShapeKind.Number) && Scalars.TryNumber(text, out var number))
        {
            yield return number;
        }
    }

    private static bool TryNumber(FieldValue value, out double number)
    {
        number = value.Number;
        return value.Kind is JsonValueKind.Number || Scalars.TryNumber(value.Text, out number);
    }

    private static BsonDocument? NumericText(Place place, List<BsonValue> numbers)
    {
        if (numbers.Count == 0)
        {
            return Filters.Nothing;
        }

        var path = place.Shape.MayBeList && !place.IsId ? new BsonDocument("$in", new BsonArray { place.Path, place.Path + "." + StoredNames.AnyItem }) : (BsonValue)place.Path;
        return Numbers(path, numbers.Count == 1 ? numbers[0] : new BsonDocument("$in", new BsonArray(numbers)));
    }

    private static BsonDocument NumericText(Place place, string sign, double number) => Numbers(place.Path, new BsonDocument(sign, number));

    private static BsonDocument Numbers(BsonValue path, BsonValue test) =>
        Filters.Field(StoredNames.Numbers, "$elemMatch", new BsonDocument { { StoredNames.Path, path }, { StoredNames.Number, test } });

    private static string Sign(Operator one) => one switch
    {
        Operator.Gt => "$gt",
        Operator.Gte => "$gte",
        Operator.Lt => "$lt",
        _ => "$lte",
    };
}
