using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>Conditions written again: as the wire's JSON, and in words.</summary>
public static class ConditionText
{
    /// <summary>What <see cref="ConditionParser"/> reads.</summary>
    public static JsonObject ToJson(this Condition condition)
    {
        switch (condition)
        {
            case Condition.All all:
                return new JsonObject { ["all"] = new JsonArray([.. all.Conditions.Select(ToJson)]) };
            case Condition.Any any:
                return new JsonObject { ["any"] = new JsonArray([.. any.Conditions.Select(ToJson)]) };
            case Condition.Not not:
                return new JsonObject { ["not"] = not.Inner.ToJson() };
            default:
                var compare = (Condition.Compare)condition;
                var json = new JsonObject { ["field"] = compare.Field, ["operator"] = compare.Operator.Name() };
                if (compare.Operator.TakesValue())
                {
                    json["value"] = compare.Value?.DeepClone();
                }

                return json;
        }
    }

    /// <summary>Why the condition is not met, by the first comparison that makes it false: <c>condition lead.score gte 50 is false</c>.</summary>
    /// <returns>Null when it is met.</returns>
    public static string? WhyNotMetBy(this Condition condition, Func<string, FieldValue> fieldOf, DateTimeOffset now) =>
        condition.IsMetBy(fieldOf, now) ? null : $"condition {Words(FirstFalse(condition, fieldOf, now))} is false";

    private static Condition FirstFalse(Condition condition, Func<string, FieldValue> fieldOf, DateTimeOffset now) => condition switch
    {
        Condition.All all => FirstFalse(all.Conditions.First(one => !one.IsMetBy(fieldOf, now)), fieldOf, now),
        Condition.Any { Conditions: [var first, ..] } => FirstFalse(first, fieldOf, now),
        _ => condition,
    };

    private static string Words(Condition condition) => condition switch
    {
        Condition.All all => $"({string.Join(" and ", all.Conditions.Select(Words))})",
        Condition.Any { Conditions: [] } => "any of none",
        Condition.Any any => $"({string.Join(" or ", any.Conditions.Select(Words))})",
        Condition.Not not => $"not {Words(not.Inner)}",
        Condition.Compare compare when compare.Operator.TakesValue() => $"{compare.Field} {compare.Operator.Name()} {Words(compare.Value)}",
        Condition.Compare compare => $"{compare.Field} {compare.Operator.Name()}",
        _ => condition.ToString(),
    };

    private static string Words(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue text when text.TryGetValue<string>(out var written) => written,
        JsonArray list => $"[{string.Join(", ", list.Select(Words))}]",
        _ => value.ToJsonString(),
    };
}
