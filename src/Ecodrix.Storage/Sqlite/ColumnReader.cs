using System.Text;
using System.Text.Json;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Takes the values of a table's columns out of a document's JSON, and passes over the rest of it.</summary>
internal sealed class ColumnReader(IReadOnlyList<string> fields)
{
    private static readonly byte[] False = [0];
    private static readonly byte[] True = [1];

    private readonly Head[] heads =
    [
        .. fields.Select((field, at) => (Parts: field.Split('.', 2), At: at))
            .GroupBy(field => field.Parts[0], StringComparer.Ordinal)
            .Select(head => new Head(Encoding.UTF8.GetBytes(head.Key), [.. head.Select(field => new Place(field.At, field.Parts.ElementAtOrDefault(1)))])),
    ];

    /// <returns>As many as there are fields; null for what is missing.</returns>
    /// <exception cref="InvalidOperationException">A field holds an array or an object.</exception>
    public object?[] Read(ReadOnlySpan<byte> body)
    {
        var values = new object?[fields.Count];
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var head = HeadOf(ref reader);
            reader.Read();
            if (head is null)
            {
                reader.Skip();
            }
            else
            {
                Take(head, ref reader, values);
            }
        }

        return values;
    }

    private Head? HeadOf(ref Utf8JsonReader reader)
    {
        foreach (var head in heads)
        {
            if (reader.ValueTextEquals(head.Name))
            {
                return head;
            }
        }

        return null;
    }

    private void Take(Head head, ref Utf8JsonReader reader, object?[] values)
    {
        if (head.Places is [{ Rest: null, At: var only }] && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            values[only] = ColumnOf(fields[only], FieldValue.Of(ref reader));
            return;
        }

        var element = JsonElement.ParseValue(ref reader);
        foreach (var (at, rest) in head.Places)
        {
            values[at] = ColumnOf(fields[at], rest is null ? FieldValue.Of(element) : FieldPath.In(element, rest));
        }
    }

    private static object? ColumnOf(string field, FieldValue value) => value.Kind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Number => value.Number,
        JsonValueKind.String => Scalars.Normal(value.Text),
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        _ => throw new InvalidOperationException($"The indexed field {field} holds a list or an object; an index is over single values."),
    };

    /// <summary>A name at the top of the document, and the fields that begin with it.</summary>
    private sealed record Head(byte[] Name, Place[] Places);

    /// <param name="Rest">The path below the head; null for the head itself.</param>
    private readonly record struct Place(int At, string? Rest);
}
