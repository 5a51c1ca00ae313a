using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>A tree of comparisons over one document's fields. The same tree is evaluated in memory and translated for each database.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>True when every one is; true when there are none.</summary>
    public sealed record All(params IReadOnlyList<Condition> Conditions) : Condition;

    /// <summary>True when one is; false when there are none.</summary>
    public sealed record Any(params IReadOnlyList<Condition> Conditions) : Condition;

    public sealed record Not(Condition Inner) : Condition;

    /// <param name="Field">A path of names parted by dots; <c>_id</c> for the id.</param>
    /// <param name="Value">Any JSON; null is JSON's null. For <see cref="Operator.In"/> and <see cref="Operator.Nin"/> an array.</param>
    public sealed record Compare(string Field, Operator Operator, JsonNode? Value) : Condition;

    public static Condition Eq(string field, JsonNode? value) => new Compare(field, Operator.Eq, value);

    public static Condition Gte(string field, JsonNode? value) => new Compare(field, Operator.Gte, value);

    public static Condition Gt(string field, JsonNode? value) => new Compare(field, Operator.Gt, value);

    public static Condition Lt(string field, JsonNode? value) => new Compare(field, Operator.Lt, value);

    public static Condition Lte(string field, JsonNode? value) => new Compare(field, Operator.Lte, value);

    public static Condition In(string field, IEnumerable<string> values) =>
        new Compare(field, Operator.In, new JsonArray([.. values.Select(value => (JsonNode?)value)]));

    public static Condition Exists(string field) => new Compare(field, Operator.Exists, null);
}

/// <summary>What a comparison asks. Spelt in snake_case on the wire.</summary>
public enum Operator
{
    Eq,
    Neq,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Nin,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    Exists,
    NotExists,

    /// <summary>Regular expression; in memory only.</summary>
    Matches,

    /// <summary>Equality with case folded.</summary>
    EqCi,

    /// <summary>Containment with case folded.</summary>
    ContainsCi,
}
