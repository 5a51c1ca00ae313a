using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ecodrix.Storage.Conditions;

/// <summary>Conditions evaluated in memory.</summary>
/// <remarks>
/// Missing is null. Negations are plain negations. On an array <c>eq</c>, <c>in</c>, <c>contains</c> and their folding
/// forms mean any element; the others are false there. What has no order, or is of two kinds, orders as false.
/// </remarks>
public static class Evaluation
{
    internal static readonly TimeSpan RegexLimit = TimeSpan.FromMilliseconds(100);

    /// <param name="fieldOf">The value of a field by its path; null or default for what is missing.</param>
    /// <param name="now">What <c>{"ago":…}</c> and <c>{"ahead":…}</c> count from.</param>
    public static bool IsMetBy(this Condition condition, Func<string, FieldValue> fieldOf, DateTimeOffset now)
    {
        switch (condition)
        {
            case Condition.All all:
                return all.Conditions.All(one => one.IsMetBy(fieldOf, now));
            case Condition.Any any:
                return any.Conditions.Any(one => one.IsMetBy(fieldOf, now));
            case Condition.Not not:
                return !not.Inner.IsMetBy(fieldOf, now);
            default:
                var compare = (Condition.Compare)condition;
                return Holds(compare, fieldOf(compare.Field), FieldValue.Of(RelativeTime.Resolve(compare.Value, now)));
        }
    }

    /// <summary>Asks one document, the fields being its own; <c>_id</c> is its id however it is written.</summary>
    public static bool IsMetBy(this Condition condition, JsonElement document, DateTimeOffset now) =>
        condition.IsMetBy(field => FieldPath.In(document, field), now);

    /// <inheritdoc cref="IsMetBy(Condition, JsonElement, DateTimeOffset)"/>
    public static bool IsMetBy(this Condition condition, JsonNode? document, DateTimeOffset now) =>
        condition.IsMetBy(field => FieldPath.In(document, field), now);

    private static bool Holds(Condition.Compare compare, FieldValue field, FieldValue value)
    {
        var isId = FieldPath.IsId(compare.Field);
        return compare.Operator switch
        {
            Operator.Eq => AnyOf(field, one => Equal(one, value, isId)),
            Operator.Neq => !AnyOf(field, one => Equal(one, value, isId)),
            Operator.In => AnyOf(field, one => IsOneOf(one, value, isId)),
            Operator.Nin => !AnyOf(field, one => IsOneOf(one, value, isId)),
            Operator.EqCi => AnyOf(field, one => EqualFolded(one, value, isId)),
            Operator.Gt => Order(field, value, isId) > 0,
            Operator.Gte => Order(field, value, isId) >= 0,
            Operator.Lt => Order(field, value, isId) < 0,
            Operator.Lte => Order(field, value, isId) <= 0,
            Operator.Exists => !field.IsNull,
            Operator.NotExists => field.IsNull,
            Operator.Contains => Contains(field, value),
            Operator.NotContains => !Contains(field, value),
            Operator.ContainsCi => ContainsFolded(field, value),
            Operator.StartsWith => AreTexts(field, value) && field.Text.StartsWith(value.Text, StringComparison.Ordinal),
            Operator.EndsWith => AreTexts(field, value) && field.Text.EndsWith(value.Text, StringComparison.Ordinal),
            Operator.Matches => AreTexts(field, value) && Matches(field.Text, value.Text),
            _ => throw new ArgumentOutOfRangeException(nameof(compare), compare.Operator, "An unknown operator."),
        };
    }

    private static bool AnyOf(FieldValue field, Func<FieldValue, bool> test) =>
        field.Kind is JsonValueKind.Array ? field.Elements().Any(test) : test(field);

    private static bool Equal(FieldValue left, FieldValue right, bool isId)
    {
        switch (left.Kind, right.Kind)
        {
            case (JsonValueKind.String, JsonValueKind.String):
                return string.Equals(TextOf(left, isId), TextOf(right, isId), StringComparison.Ordinal);
            case (JsonValueKind.True, JsonValueKind.True) or (JsonValueKind.False, JsonValueKind.False):
                return true;
            default:
                return (left.IsNull && right.IsNull) || (AreNumbers(left, right, out var a, out var b) && a.Equals(b));
        }
    }

    private static bool IsOneOf(FieldValue left, FieldValue values, bool isId) =>
        values.Kind is JsonValueKind.Array ? values.Elements().Any(one => Equal(left, one, isId)) : Equal(left, values, isId);

    private static bool EqualFolded(FieldValue left, FieldValue right, bool isId) =>
        Equal(left, right, isId)
        || (AreTexts(left, right) && string.Equals(Scalars.Fold(TextOf(left, isId)), Scalars.Fold(TextOf(right, isId)), StringComparison.Ordinal));

    private static int? Order(FieldValue left, FieldValue right, bool isId)
    {
        if (AreTexts(left, right))
        {
            return Scalars.CompareText(TextOf(left, isId), TextOf(right, isId));
        }

        return AreNumbers(left, right, out var a, out var b) ? a.CompareTo(b) : null;
    }

    private static bool Contains(FieldValue field, FieldValue value) => field.Kind is JsonValueKind.Array
        ? field.Elements().Any(one => Equal(one, value, isId: false))
        : AreTexts(field, value) && field.Text.Contains(value.Text, StringComparison.Ordinal);

    private static bool ContainsFolded(FieldValue field, FieldValue value) => field.Kind is JsonValueKind.Array
        ? field.Elements().Any(one => EqualFolded(one, value, isId: false))
        : AreTexts(field, value) && Scalars.Fold(field.Text).Contains(Scalars.Fold(value.Text), StringComparison.Ordinal);

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, RegexLimit);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool AreTexts(FieldValue left, FieldValue right) =>
        left.Kind is JsonValueKind.String && right.Kind is JsonValueKind.String;

    // Two texts are never compared as numbers; a text that is a number is that number beside one.
    private static bool AreNumbers(FieldValue left, FieldValue right, out double a, out double b)
    {
        (a, b) = (left.Number, right.Number);
        return (left.Kind, right.Kind) switch
        {
            (JsonValueKind.Number, JsonValueKind.Number) => true,
            (JsonValueKind.Number, JsonValueKind.String) => Scalars.TryNumber(right.Text, out b),
            (JsonValueKind.String, JsonValueKind.Number) => Scalars.TryNumber(left.Text, out a),
            _ => false,
        };
    }

    private static string TextOf(FieldValue value, bool isId) => isId ? value.Text : Scalars.Normal(value.Text);
}
