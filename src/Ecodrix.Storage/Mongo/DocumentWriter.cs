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

    private readonly PathTrail trail = new();
    private readonly List<BsonDocument> exact = [];
    private readonly List<BsonDocument> numbers = [];
    private readonly BsonBinaryWriter bson;

    private DocumentWriter(Stream stream) => bson = new BsonBinaryWriter(stream);

    /// <param name="token">Of the write that this is.</param>
    public static byte[] Write(ReadOnlySpan<byte> json, string id, Layout layout, ObjectId token)
    {
        using var stream = new MemoryStream(json.Length + 256);
        var writer = new DocumentWriter(stream);
        using (writer.bson)
        {
            writer.WriteRoot(json, id, layout, token);
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

        WriteBeside(StoredNames.Exact, exact);
        WriteBeside(StoredNames.Numbers, numbers);
        bson.WriteEndDocument();
    }

    private void WriteId(string id)
    {
        bson.WriteName(StoredNames.Id);
        trail.Enter(StoredNames.Id);
        if (StoredId.Of(id) is BsonObjectId native)
        {
            bson.WriteObjectId(native.Value);
        }
        else
        {
            bson.WriteString(id);
        }

        NoteNumber(id);
        trail.Leave();
    }

    private void WriteProperty(ref Utf8JsonReader reader, Shape among)
    {
        var name = reader.GetString()!;
        var written = KeyNames.Write(name);
        reader.Read();
        bson.WriteName(written);
        trail.Enter(written);
        WriteValue(ref reader, among.Field(name));
        trail.Leave();
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
            trail.Enter(item);
            WriteValue(ref reader, shape.Item);
            trail.Leave();
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
            NoteJson(ref reader, quoted: true);
            bson.WriteString("\uFFFD");
            return;
        }

        if (Scalars.TryInstant(text, out var written))
        {
            if (!string.Equals(text, written, StringComparison.Ordinal))
            {
                exact.Add(new BsonDocument { { StoredNames.Path, trail.Exact() }, { StoredNames.Text, text } });
            }

            WriteInstant(written, shape);
            return;
        }

        NoteNumber(text);
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
        if (reader.ValueSpan[0] != '-' || reader.ValueSpan[^1] != '0' || reader.ValueSpan.Length != 2)
        {
            if (reader.TryGetInt64(out var integer) && Math.Abs((decimal)integer) <= LargestInteger)
            {
                WriteInteger(integer);
                return;
            }
        }

        var number = reader.GetDouble();
        Span<byte> written = stackalloc byte[LongestNumber];
        if (!number.TryFormat(written, out var length, default, CultureInfo.InvariantCulture) || !reader.ValueSpan.SequenceEqual(written[..length]))
        {
            NoteJson(ref reader, quoted: false);
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

    private void NoteJson(ref Utf8JsonReader reader, bool quoted)
    {
        var json = Encoding.UTF8.GetString(reader.ValueSpan);
        exact.Add(new BsonDocument { { StoredNames.Path, trail.Exact() }, { StoredNames.Json, quoted ? $"\"{json}\"" : json } });
    }

    private void NoteNumber(string text)
    {
        if (Scalars.TryNumber(text, out var number))
        {
            numbers.Add(new BsonDocument { { StoredNames.Path, trail.OfAnyItem() }, { StoredNames.Number, number } });
        }
    }

    private void WriteBeside(string name, List<BsonDocument> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        bson.WriteName(name);
        bson.WriteStartArray();
        foreach (var entry in entries)
        {
            bson.WriteStartDocument();
            foreach (var element in entry)
            {
                bson.WriteName(element.Name);
                if (element.Value.IsDouble)
                {
                    bson.WriteDouble(element.Value.AsDouble);
                }
                else
                {
                    bson.WriteString(element.Value.AsString);
                }
            }

            bson.WriteEndDocument();
        }

        bson.WriteEndArray();
    }
}
