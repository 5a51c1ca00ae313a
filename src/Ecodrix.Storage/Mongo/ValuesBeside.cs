using Ecodrix.Storage.Conditions;
using MongoDB.Bson.IO;

namespace Ecodrix.Storage.Mongo;

/// <summary>What a document says beside its values while it is being written: what they were to the letter, and which texts are numbers too.</summary>
internal sealed class ValuesBeside
{
    private readonly List<(string Path, string Kind, string Value)> exact = [];
    private readonly List<(string Path, double Number)> numbers = [];

    /// <summary>Where the walk through the document stands.</summary>
    public PathTrail Trail { get; } = new();

    /// <summary>A text that is stored in another form.</summary>
    public void NoteText(string text) => exact.Add((Trail.Exact(), StoredNames.Text, text));

    /// <summary>A value that BSON does not keep to the letter.</summary>
    public void NoteJson(string json) => exact.Add((Trail.Exact(), StoredNames.Json, json));

    /// <summary>Any text that is stored as it is.</summary>
    public void NoteNumber(string text)
    {
        if (Scalars.TryNumber(text, out var number))
        {
            numbers.Add((Trail.OfAnyItem(), number));
        }
    }

    public void WriteTo(BsonBinaryWriter bson)
    {
        WriteTo(bson, StoredNames.Exact, exact, static (bson, one) => bson.WriteString(one.Kind, one.Value), static one => one.Path);
        WriteTo(bson, StoredNames.Numbers, numbers, static (bson, one) => bson.WriteDouble(StoredNames.Number, one.Number), static one => one.Path);
    }

    private static void WriteTo<T>(BsonBinaryWriter bson, string name, List<T> entries, Action<BsonBinaryWriter, T> write, Func<T, string> pathOf)
    {
        if (entries.Count == 0)
        {
            return;
        }

        bson.WriteStartArray(name);
        foreach (var entry in entries)
        {
            bson.WriteStartDocument();
            bson.WriteString(StoredNames.Path, pathOf(entry));
            write(bson, entry);
            bson.WriteEndDocument();
        }

        bson.WriteEndArray();
    }
}
