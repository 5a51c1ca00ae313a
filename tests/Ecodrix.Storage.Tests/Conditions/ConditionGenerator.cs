using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Conditions;

/// <summary>Random documents and random conditions over few fields and few values, so that they often meet.</summary>
internal static class ConditionGenerator
{
    private static readonly string[] Fields = ["tenant", "leadId", "dueAt", "_id", "content", "content.a", "content.b", "content.a.b", "content.deep.er.x-y", "content.nobody", "text"];

    private static readonly string[] Texts =
    [
        "", "a", "A", "ab", "abc", "b", "ß", "ẞ", "ss", "SS", "ſ", "s", "K", "k", "İ", "i", "ı", "Σ", "σ", "ς", "नमस्ते", "é", "É", "e\u0301", "🙂", "\uFFFD", "\uE000", "\U00010000", "𐐀", "𐐨", "a\u0000b", "a\u0000",
        "0", "-0", "1", "1.0", "1e0", "10", "9", "50", "050", " 50", "50 ", "+50", "5e1", "0.1", ".1", "1.", "-1", "1e400", "NaN", "Infinity", "9007199254740993",
        "true", "null", "[]", "[\"a\"]", "{}",
        "2026-03-15", "2026-03-15T09:30:00.000Z", "2026-03-15T15:00:00+05:30", "2026-03-15T09:30:00Z", "2026-03-15T09:30:00.0004Z", "2026-03-15T09:30:00.001Z", "2026-03-15T09:30", "2026-03-15T09:30:00", "0001-01-01T00:00:00+14:00", "2026-13-45T09:30:00.000Z",
    ];

    private static readonly double[] Numbers = [0, -0.0, 1, -1, 10, 9, 50, 0.1, 0.30000000000000004, 1e21, 1e-7, 5e-324, 1.7976931348623157E+308, 9007199254740992, 9007199254740993, 1e19];

    private static readonly Gen<string> Text = Gen.Frequency((12, Among(Texts)), (1, Gen.String[Gen.Char["aAbß 0\u0301"], 0, 4]));

    private static readonly Gen<double> Number = Gen.Frequency((8, Among(Numbers)), (1, Gen.Int[-5, 60].Select(number => (double)number)), (1, Gen.Double.Where(double.IsFinite)));

    private static readonly Gen<JsonNode?> Single = Gen.Frequency(
        (8, Text.Select(text => (JsonNode?)JsonValue.Create(text))),
        (5, Number.Select(number => (JsonNode?)JsonValue.Create(number))),
        (1, Gen.Bool.Select(_ => (JsonNode?)null)),
        (1, Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value))));

    private static readonly Gen<JsonNode?> List = Single.List[0, 3].Select(JsonNode? (items) => new JsonArray([.. items.Select(item => item?.DeepClone())]));

    private static readonly Gen<JsonNode?> Value = Gen.Frequency((6, Single), (2, List));

    private static readonly Gen<JsonNode?> Content = Gen.Frequency(
        (6, Gen.Select(Value, Value, Value, JsonNode? (a, b, deep) => Object(("a", a), ("b", b), ("deep", Object(("er", Object(("x-y", deep)))))))),
        (2, Value.Select(JsonNode? (inner) => Object(("a", Object(("b", inner)))))),
        (1, Value.Select(JsonNode? (inner) => Object(("a", new JsonArray(Object(("b", inner)), null, new JsonArray("a", 50)))))),
        (1, Value));

    /// <summary>A document that need not be one of ours: only its indexed fields are single values.</summary>
    public static Gen<Note> Note { get; } = Gen.Select(
        Gen.Int[0, 999_999_999],
        Text,
        Gen.Frequency((4, Text.Select(string? (text) => text)), (1, Gen.Bool.Select(_ => (string?)null))),
        Gen.OneOf(Gen.Const((DateTimeOffset?)null), Gen.Int[0, 3].Select(hours => (DateTimeOffset?)new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero).AddHours(hours - 1))),
        Content,
        Text,
        (id, tenant, lead, due, content, text) => new Note($"{id:x8}", Tenant: tenant, LeadId: lead, Lane: null, DueAt: due, Content: content, Text: text));

    private static Gen<Condition> Comparison { get; } =
        Gen.Select(Among(Fields), Among<Operator>([.. Enum.GetValues<Operator>().Where(one => one is not Operator.Matches)]), Single, List)
            .Select(Condition (parts) => new Condition.Compare(parts.Item1, parts.Item2, parts.Item2 is Operator.In or Operator.Nin ? parts.Item4 : parts.Item3));

    public static Gen<Condition> Condition { get; } = Gen.Recursive<Condition>((depth, inner) => depth >= 4
        ? Comparison
        : Gen.Frequency(
            (5, Comparison),
            (1, inner.List[0, 3].Select(Ecodrix.Storage.Conditions.Condition (list) => new Ecodrix.Storage.Conditions.Condition.All(list))),
            (1, inner.List[0, 3].Select(Ecodrix.Storage.Conditions.Condition (list) => new Ecodrix.Storage.Conditions.Condition.Any(list))),
            (1, inner.Select(Ecodrix.Storage.Conditions.Condition (one) => new Ecodrix.Storage.Conditions.Condition.Not(one)))));

    private static Gen<T> Among<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static JsonObject Object(params (string Name, JsonNode? Value)[] properties) =>
        new(properties.Select(property => KeyValuePair.Create(property.Name, property.Value?.DeepClone())));
}
