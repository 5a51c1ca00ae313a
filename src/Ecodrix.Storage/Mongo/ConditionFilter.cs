using System.Text.Json;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Translates a condition to a filter that every server answers, and an index can serve.</summary>
/// <remarks>
/// A document stores the values that comparisons see (<see cref="DocumentWriter"/>). MongoDB looks into lists on a path's
/// way and treats a list as any of its items; conditions do so for equality at the path's end alone, so elsewhere a filter
/// says that there is no list, where the declared form leaves room for one.
/// </remarks>
internal sealed class ConditionFilter(Layout layout)
{
    public BsonDocument Of(Condition? condition) => condition is null ? Filters.Everything : Filters.Whole(Part(condition));

    private BsonDocument? Part(Condition condition) => condition switch
    {
        Condition.All all => Filters.And(all.Conditions.Select(Part)),
        Condition.Any any => Filters.Or(any.Conditions.Select(Part)),
        Condition.Not not => Filters.Not(Part(not.Inner)),
        Condition.Compare compare => Part(compare, layout.At(compare.Field), FieldValue.Of(compare.Value)),
        _ => throw new ArgumentException("An unknown kind of condition.", nameof(condition)),
    };

    private static BsonDocument? Part(Condition.Compare compare, Place place, FieldValue value) => compare.Operator switch
    {
        Operator.Eq => SingleFilter.OneOf(place, [value]),
        Operator.Neq => Filters.Not(SingleFilter.OneOf(place, [value])),
        Operator.In => SingleFilter.OneOf(place, Several(value)),
        Operator.Nin => Filters.Not(SingleFilter.OneOf(place, Several(value))),
        Operator.EqCi => SingleFilter.EqualFolded(place, value),
        Operator.Gt or Operator.Gte or Operator.Lt or Operator.Lte => SingleFilter.Ordered(place, compare.Operator, value),
        Operator.Exists => SingleFilter.Exists(place),
        Operator.NotExists => Filters.Not(SingleFilter.Exists(place)),
        Operator.Contains => TextFilter.Contains(place, value),
        Operator.NotContains => Filters.Not(TextFilter.Contains(place, value)),
        Operator.ContainsCi => TextFilter.ContainsFolded(place, value),
        Operator.StartsWith => TextFilter.StartsWith(place, value),
        Operator.EndsWith => TextFilter.EndsWith(place, value),
        _ => throw new ArgumentException("A regular expression is for rules and branches; a database filter has none.", nameof(compare)),
    };

    private static IReadOnlyList<FieldValue> Several(FieldValue value) => value.Kind is JsonValueKind.Array ? [.. value.Elements()] : [value];
}
