using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>A JSON value as conditions see it; what is missing is null.</summary>
public readonly struct FieldValue
{
    // JSON may write half a character; it is no text, and compares as the sign for that.
    private const string HalfACharacter = "\uFFFD";

    private readonly JsonElement element;
    private readonly JsonNode? node;

    private FieldValue(JsonValueKind kind, JsonElement element = default, JsonNode? node = null, string? text = null, double number = 0)
    {
        Kind = kind is JsonValueKind.Undefined ? JsonValueKind.Null : kind;
        this.element = element;
        this.node = node;
        Text = text ?? string.Empty;
        Number = number;
    }

    /// <summary>Never <see cref="JsonValueKind.Undefined"/>, except in <c>default</c>, which is treated as null.</summary>
    public JsonValueKind Kind { get; }

    /// <summary>Empty when this is no text.</summary>
    public string Text => field ?? string.Empty;

    /// <summary>Zero when this is no number.</summary>
    public double Number { get; }

    public bool IsNull => Kind is JsonValueKind.Null or JsonValueKind.Undefined;

    public static FieldValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Of(TextOf(element)),
        JsonValueKind.Number => Of(element.GetDouble()),
        _ => new FieldValue(element.ValueKind, element),
    };

    /// <param name="reader">At a single value.</param>
    internal static FieldValue Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Of(TextOf(ref reader)),
        JsonTokenType.Number => Of(reader.GetDouble()),
        JsonTokenType.True => new FieldValue(JsonValueKind.True),
        JsonTokenType.False => new FieldValue(JsonValueKind.False),
        _ => default,
    };

    public static FieldValue Of(JsonNode? node)
    {
        switch (node?.GetValueKind() ?? JsonValueKind.Null)
        {
            case JsonValueKind.String:
                return Of(TextOf(node!));
            case JsonValueKind.Number:
                return Of(NumberOf(node!));
            case var kind:
                return new FieldValue(kind, node: node);
        }
    }

    public static FieldValue Of(string? text) =>
        text is null ? default : new FieldValue(JsonValueKind.String, text: text);

    public static FieldValue Of(double number) => new(JsonValueKind.Number, number: number);

    /// <summary>The value at a dotted path in a document; <c>_id</c> is its id however that is written.</summary>
    public static FieldValue At(JsonElement document, string path) => FieldPath.In(document, path);

    /// <inheritdoc cref="At(JsonElement, string)"/>
    public static FieldValue At(JsonNode? document, string path) => FieldPath.In(document, path);

    /// <summary>The elements of an array; none for anything else.</summary>
    internal IEnumerable<FieldValue> Elements()
    {
        if (Kind is not JsonValueKind.Array)
        {
            return [];
        }

        return node is JsonArray array ? array.Select(Of) : element.EnumerateArray().Select(Of);
    }

    private static string TextOf(JsonNode node) =>
        node.AsValue().TryGetValue<JsonElement>(out var written) ? TextOf(written)
        : node.AsValue().TryGetValue<string>(out var text) ? text
        : TextOf(JsonSerializer.SerializeToElement(node, JsonNodeContext.Default.JsonNode));

    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return HalfACharacter;
        }
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return HalfACharacter;
        }
    }

    // A node made of an int or a decimal does not convert by itself.
    private static double NumberOf(JsonNode node) =>
        node.AsValue().TryGetValue<double>(out var number) ? number : double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}
