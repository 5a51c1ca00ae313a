using System.Buffers;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.IO;

namespace Ecodrix.Storage.Mongo;

/// <summary>Turns what <see cref="DocumentWriter"/> stored into the JSON that it was.</summary>
internal sealed class DocumentReader
{
    private readonly BsonBinaryReader bson;
    private readonly Utf8JsonWriter json;
    private readonly Dictionary<string, (bool IsJson, string Value)> exact;
    private readonly PathTrail trail = new();

    private DocumentReader(BsonBinaryReader bson, Utf8JsonWriter json)
    {
        this.bson = bson;
        this.json = json;
        exact = ReadExact();
    }

    public static void Read(Stream stored, Layout layout, IBufferWriter<byte> into)
    {
        using var source = new BsonBinaryReader(stored);
        using var target = new Utf8JsonWriter(into, new JsonWriterOptions { SkipValidation = true });
        new DocumentReader(source, target).ReadRoot(layout);
    }

    private void ReadRoot(Layout layout)
    {
        bson.ReadStartDocument();
        json.WriteStartObject();
        while (bson.ReadBsonType() is not BsonType.EndOfDocument)
        {
            var name = bson.ReadName();
            switch (name)
            {
                case StoredNames.Id:
                    json.WriteString(layout.IdName, bson.CurrentBsonType is BsonType.ObjectId ? bson.ReadObjectId().ToString() : bson.ReadString());
                    break;
                case StoredNames.Token or StoredNames.Exact or StoredNames.Numbers:
                    bson.SkipValue();
                    break;
                default:
                    ReadProperty(name);
                    break;
            }
        }

        bson.ReadEndDocument();
        json.WriteEndObject();
    }

    private void ReadProperty(string written)
    {
        json.WritePropertyName(KeyNames.Read(written));
        trail.Enter(written);
        ReadValue();
        trail.Leave();
    }

    private void ReadValue()
    {
        switch (bson.CurrentBsonType)
        {
            case BsonType.Document:
                ReadObject();
                break;
            case BsonType.Array:
                ReadList();
                break;
            default:
                ReadSingle();
                break;
        }
    }

    private void ReadObject()
    {
        bson.ReadStartDocument();
        json.WriteStartObject();
        while (bson.ReadBsonType() is not BsonType.EndOfDocument)
        {
            ReadProperty(bson.ReadName());
        }

        bson.ReadEndDocument();
        json.WriteEndObject();
    }

    private void ReadList()
    {
        bson.ReadStartArray();
        json.WriteStartArray();
        for (var item = 0; bson.ReadBsonType() is not BsonType.EndOfDocument; item++)
        {
            trail.Enter(item);
            ReadValue();
            trail.Leave();
        }

        bson.ReadEndArray();
        json.WriteEndArray();
    }

    private void ReadSingle()
    {
        if (exact.Count > 0 && exact.TryGetValue(trail.Exact(), out var written))
        {
            bson.SkipValue();
            WriteExact(written);
            return;
        }

        ReadStored();
    }

    private void WriteExact((bool IsJson, string Value) written)
    {
        if (written.IsJson)
        {
            json.WriteRawValue(written.Value, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(written.Value);
        }
    }

    private void ReadStored()
    {
        switch (bson.CurrentBsonType)
        {
            case BsonType.String:
                json.WriteStringValue(bson.ReadString());
                break;
            case BsonType.Int32:
                json.WriteNumberValue(bson.ReadInt32());
                break;
            case BsonType.Int64:
                json.WriteNumberValue(bson.ReadInt64());
                break;
            case BsonType.Double:
                json.WriteNumberValue(bson.ReadDouble());
                break;
            case BsonType.Boolean:
                json.WriteBooleanValue(bson.ReadBoolean());
                break;
            case BsonType.DateTime:
                json.WriteStringValue(Instants.Write(DateTimeOffset.FromUnixTimeMilliseconds(bson.ReadDateTime())));
                break;
            case BsonType.Null:
                bson.ReadNull();
                json.WriteNullValue();
                break;
            default:
                throw new InvalidOperationException($"A stored document holds a value of a kind that is never written: {bson.CurrentBsonType}.");
        }
    }

    // They stand at the document's end, and are needed from its beginning.
    private Dictionary<string, (bool IsJson, string Value)> ReadExact()
    {
        Dictionary<string, (bool IsJson, string Value)> found = new(StringComparer.Ordinal);
        var start = bson.GetBookmark();
        bson.ReadStartDocument();
        while (bson.ReadBsonType() is not BsonType.EndOfDocument)
        {
            if (bson.ReadName() is not StoredNames.Exact)
            {
                bson.SkipValue();
                continue;
            }

            bson.ReadStartArray();
            while (bson.ReadBsonType() is not BsonType.EndOfDocument)
            {
                bson.ReadStartDocument();
                var path = bson.ReadString(StoredNames.Path);
                bson.ReadBsonType();
                var isJson = bson.ReadName() is StoredNames.Json;
                found[path] = (isJson, bson.ReadString());
                bson.ReadEndDocument();
            }

            bson.ReadEndArray();
        }

        bson.ReturnToBookmark(start);
        return found;
    }
}
