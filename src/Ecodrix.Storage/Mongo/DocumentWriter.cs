using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using JsonTokenType = System.Text.Json.JsonTokenType;

namespace Ecodrix.Storage.Mongo;

/// <summary>Turns a document's JSON into what is stored: BSON whose values are those that conditions see.</summary>
/// <remarks>
/// An instant is a date where the declared form says instant, and elsewhere a text in its one written form; a number is an
/// integer or a double. What that does not keep to the letter (<c>1.10</c>, an instant with an offset, a half character)
/// stands beside, in <see cref="StoredNames.Exact"/>; a text that is also a number to a comparison stands as that number in
/// <see cref="StoredNames.Numbers"/>. So nothing is lost, and a filter needs no conversion.
/// </remarks>
internal sealed class DocumentWriter
{
    /// <summary>Up to here every integer is a double too, and compares as one.</summary>
    private const long LargestInteger = 1L << 53;

    private const int LongestNumber = 32;

    private readonly ValuesBeside beside = new();
    private readonly BsonBinaryWriter bson;

    private DocumentWriter(BsonBinaryWriter bson) => this.bson = bson;

    /// <param name="token">Of the write that this is.</param>
    public static byte[] Write(ReadOnlySpan<byte> json, string id, Layout layout, ObjectId token)
    {
        using var stream = new MemoryStream(json.Length + 256);
        using (var target = new BsonBinaryWriter(stream))
        {
            new DocumentWriter(target).WriteRoot(json, id, layout, token);
        }

        return stream.ToArray();
    }

    private void WriteRoot(ReadOnlySpan<byte> json, string id, Layout layout, ObjectId token)
    {
        bson.WriteStartDocument();
        WriteId(id);
        bson.WriteName(StoredNames.Token);
        bson.WriteObjectId(token);

        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(layout.IdName))
            {
                reader.Read();
            }
            else
            {
                WriteProperty(ref reader, layout.Root);
            }
        }

        beside.WriteTo(bson);
        bson.WriteEndDocument();
    }

    private void WriteId(string id)
    {
        bson.WriteName(StoredNames.Id);
        beside.Trail.Enter(StoredNames.Id);
        if (StoredId.Of(id) is BsonObjectId native)
        {
            bson.WriteObjectId(native.Value);
        }
        else
        {
            bson.WriteString(id);
        }

        beside.NoteNumber(id);
        beside.Trail.Leave();
    }

    private void WriteProperty(ref Utf8JsonReader reader, Shape among)
    {
        var name = reader.GetString()!;
        var written = KeyNames.Write(name);
        reader.Read();
        bson.WriteName(written);
        beside.Trail.Enter(written);
        WriteValue(ref reader, among.Field(name));
        beside.Trail.Leave();
    }

    private void WriteValue(ref Utf8JsonReader reader, Shape shape)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, shape);
                break;
            case JsonTokenType.StartArray:
                WriteList(ref reader, shape);
                break;
            case JsonTokenType.String:
                WriteText(ref reader, shape);
                break;
            case JsonTokenType.Number:
                WriteNumber(ref reader);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                bson.WriteBoolean(reader.TokenType is JsonTokenType.True);
                break;
            default:
                bson.WriteNull();
                break;
        }
    }

    private void WriteObject(ref Utf8JsonReader reader, Shape shape)
    {
        bson.WriteStartDocument();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            WriteProperty(ref reader, shape);
        }

        bson.WriteEndDocument();
    }

    private void WriteList(ref Utf8JsonReader reader, Shape shape)
    {
        bson.WriteStartArray();
        for (var item = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; item++)
        {
            beside.Trail.Enter(item);
            WriteValue(ref reader, shape.Item);
            beside.Trail.Leave();
        }

        bson.WriteEndArray();
    }

    private void WriteText(ref Utf8JsonReader reader, Shape shape)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON may write half a character: to comparisons the sign for that.
            beside.NoteJson($"\"{Encoding.UTF8.GetString(reader.ValueSpan)}\"");
            bson.WriteString("\uFFFD");
            return;
        }

        if (Scalars.TryInstant(text, out var written))
        {
            if (!string.Equals(text, written, StringComparison.Ordinal))
            {
                beside.NoteText(text);
            }

            WriteInstant(written, shape);
            return;
        }

        beside.NoteNumber(text);
        bson.WriteString(text);
    }

    private void WriteInstant(string written, Shape shape)
    {
        if (shape.Kind is ShapeKind.Instant && Instants.TryParse(written, out var instant))
        {
            bson.WriteDateTime(instant.ToUnixTimeMilliseconds());
        }
        else
        {
            bson.WriteString(written);
        }
    }

    private void WriteNumber(ref Utf8JsonReader reader)
    {
        // There is no integer -0.
        if (!reader.ValueSpan.SequenceEqual("-0"u8) && reader.TryGetInt64(out var integer) && integer is >= -LargestInteger and <= LargestInteger)
        {
            WriteInteger(integer);
            return;
        }

        var number = reader.GetDouble();
        Span<byte> written = stackalloc byte[LongestNumber];
        if (!number.TryFormat(written, out var length, default, CultureInfo.InvariantCulture) || !reader.ValueSpan.SequenceEqual(written[..length]))
        {
            beside.NoteJson(Encoding.UTF8.GetString(reader.ValueSpan));
        }

        bson.WriteDouble(number);
    }

    private void WriteInteger(long integer)
    {
        if (integer is >= int.MinValue and <= int.MaxValue)
        {
            bson.WriteInt32((int)integer);
        }
        else
        {
            bson.WriteInt64(integer);
        }
    }
}
