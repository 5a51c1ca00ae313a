using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.Storage.Mongo;
using Ecodrix.Storage.Tests.Conditions;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>How a document lies in a server, and that it comes back to the letter.</summary>
public sealed class DocumentFormTests
{
    private const string Id = "65f0c0ffee0000000000a000";

    private static readonly Layout Layout = Layout.Of<Note>();

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("1.0")]
    [InlineData("1.10")]
    [InlineData("1e0")]
    [InlineData("1E+21")]
    [InlineData("0.1")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("9007199254740992")]
    [InlineData("9007199254740993")]
    [InlineData("-9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("5e-324")]
    [InlineData("1e-999")]
    [InlineData("\"\"")]
    [InlineData("\"2026-03-15T15:00:00+05:30\"")]
    [InlineData("\"2026-03-15T09:30:00Z\"")]
    [InlineData("\"2026-03-15T09:30:00.000Z\"")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("[[],[1.0,[\"9.50\",1.50]],{}]")]
    [InlineData("{\"\":1,\".\":2,\"a.b\":{\"$ref\":1.0},\"$set\":[],\"~\":\"~0\",\"~exact\":3,\"[0]\":4,\"_id\":\"x\",\"a\\u0000\":5}")]
    [InlineData("{\"b\":1,\"a\":2,\"c\":null,\"A\":true}")]
    public void Whatever_a_free_part_holds_comes_back_to_the_letter(string json)
    {
        var document = $$"""{"_id":"{{Id}}","version":1,"content":{{json}},"text":"x"}""";

        Sameness(Back(Written(document), Layout)).ShouldBe(Sameness(document));
    }

    [Fact]
    public void Random_documents_come_back_as_they_were()
    {
        ConditionGenerator.Note.Sample(note =>
        {
            var json = JsonSerializer.Serialize(note, NoteContext.Default.Note);

            JsonNode.DeepEquals(JsonNode.Parse(Back(Written(json, note.Id), Layout)), JsonNode.Parse(json)).ShouldBeTrue(json);
            JsonSerializer.Serialize(JsonSerializer.Deserialize(Back(Written(json, note.Id), Layout), NoteContext.Default.Note), NoteContext.Default.Note).ShouldBe(json);
        }, iter: 2_000);
    }

    [Fact]
    public void An_instant_is_a_date_where_the_declared_form_says_so_and_a_text_elsewhere()
    {
        var stored = Stored($$"""{"_id":"{{Id}}","version":1,"dueAt":"2026-03-15T09:30:00.000Z","content":"2026-03-15T15:00:00+05:30"}""");

        stored["dueAt"].ShouldBe(new BsonDateTime(new DateTime(2026, 3, 15, 9, 30, 0, DateTimeKind.Utc)));
        stored["content"].ShouldBe("2026-03-15T09:30:00.000Z");
    }

    [Fact]
    public void An_id_in_our_form_is_an_object_id_and_any_other_a_string()
    {
        Stored($$"""{"_id":"{{Id}}","version":1}""")["_id"].ShouldBe(ObjectId.Parse(Id));
        Stored("""{"_id":"65F0C0FFEE0000000000A000","version":1}""", "65F0C0FFEE0000000000A000")["_id"].BsonType.ShouldBe(BsonType.String);
        Stored("""{"_id":"phone:+491701234567","version":1}""", "phone:+491701234567")["_id"].BsonType.ShouldBe(BsonType.String);
    }

    [Fact]
    public void A_document_that_names_its_id_otherwise_comes_back_so()
    {
        var layout = Layout.Of<Claim>();
        var json = """{"id":"phone:1","version":3,"owner":"65f0c0ffee0000000000a000","takenAt":"2026-03-15T09:30:00.000Z"}""";

        var stored = DocumentWriter.Write(Encoding.UTF8.GetBytes(json), "phone:1", layout, ObjectId.GenerateNewId());

        BsonSerializer.Deserialize<BsonDocument>(stored).Names.ShouldBe(["_id", "~write", "version", "owner", "takenAt"]);
        Back(stored, layout).ShouldBe(json);
    }

    [Fact]
    public void Numbers_are_stored_as_numbers_and_texts_that_are_numbers_also_as_such()
    {
        var stored = Stored($$"""{"_id":"{{Id}}","version":7,"content":{"a":50,"b":"50","c":1.5,"d":["9",8],"e":9007199254740993},"text":"9.50"}""");

        stored["version"].ShouldBe(7);
        stored["content"]["a"].BsonType.ShouldBe(BsonType.Int32);
        stored["content"]["c"].ShouldBe(1.5);
        stored["content"]["e"].ShouldBe(9007199254740992d);
        stored["~numbers"].AsBsonArray.Select(one => $"{one["p"]}={one["n"]}").ShouldBe(["content.b=50", "content.d.[]=9", "text=9.5"]);
    }

    // Signs may be escaped or not; everything else is compared to the letter.
    private static string Sameness(string json) => json.Replace("\\u002B", "+", StringComparison.Ordinal);

    private static BsonDocument Stored(string json, string id = Id) => BsonSerializer.Deserialize<BsonDocument>(Written(json, id));

    private static byte[] Written(string json, string id = Id) => DocumentWriter.Write(Encoding.UTF8.GetBytes(json), id, Layout, ObjectId.GenerateNewId());

    private static string Back(byte[] stored, Layout layout)
    {
        var json = new ArrayBufferWriter<byte>();
        using var stream = new MemoryStream(stored);
        DocumentReader.Read(stream, layout, json);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
