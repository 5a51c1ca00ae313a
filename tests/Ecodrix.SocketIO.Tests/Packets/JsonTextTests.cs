using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Tests.Packets;

/// <summary>JSON as <c>JSON.stringify</c> writes it: the expected texts were taken from Node.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("\"\\/", "\"\\\"\\\\/\"")]
    [InlineData("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"")]
    [InlineData("\0\u0001\u001f", "\"\\u0000\\u0001\\u001f\"")]
    [InlineData("\u007f\u0080\u2028\u2029\ufeff", "\"\u007f\u0080\u2028\u2029\ufeff\"")]
    [InlineData("<script>&'+</script>", "\"<script>&'+</script>\"")]
    [InlineData("नमस्ते", "\"नमस्ते\"")]
    [InlineData("\U0001F389", "\"\U0001F389\"")]
    public void Only_what_JSON_must_escape_is_escaped(string text, string expected) => Write(JsonValue.Create(text)).ShouldBe(expected);

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_for_it_has_no_UTF8()
    {
        Write(JsonValue.Create("a\ud83c" + "b")).ShouldBe("\"a\\ud83cb\"");
        Write(JsonValue.Create("\udf89")).ShouldBe("\"\\udf89\"");
        Write(JsonValue.Create("\udf89\ud83c")).ShouldBe("\"\\udf89\\ud83c\"");
        Write(JsonValue.Create("\ud83c\ud83c\udf89")).ShouldBe("\"\\ud83c\U0001F389\"");
    }

    [Theory]
    [InlineData("""{"b":1,"a":[true,false,null],"":{}}""")]
    [InlineData("""[[],[[]],{},{"x":{"y":[1.5,-0.1,1e3,12345678901234567890]}}]""")]
    [InlineData("""[1.10,100000000000000000000000000000,0.1e-7]""")]
    [InlineData("""{"a\"b":"c\\d"}""")]
    public void The_order_of_keys_and_the_digits_of_numbers_are_kept(string json)
    {
        JsonTree.TryRead(json, out var tree).ShouldBeTrue();

        Write(tree).ShouldBe(json);
    }

    [Fact]
    public void Values_of_dotnet_are_written_as_their_JSON()
    {
        var node = JsonSerializer.SerializeToNode(
            new { When = new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero), Id = Guid.Empty, Day = DayOfWeek.Friday, Letter = '"' }, JsonSerializerOptions.Web);

        Write(node).ShouldBe("""{"when":"2026-03-15T09:30:00+00:00","id":"00000000-0000-0000-0000-000000000000","day":5,"letter":"\""}""");
    }

    [Fact]
    public void Binary_is_numbered_depth_first_in_the_order_of_the_text()
    {
        var tree = new JsonArray("a", new JsonObject { ["z"] = BinaryNode.Of([1]), ["a"] = new JsonArray(BinaryNode.Of([2]), BinaryNode.Of([3])) }, BinaryNode.Of([4]));
        var attachments = new List<byte[]>();

        Write(tree, attachments).ShouldBe(
            """["a",{"z":{"_placeholder":true,"num":0},"a":[{"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]},{"_placeholder":true,"num":3}]""");
        attachments.Select(bytes => bytes[0]).ShouldBe([(byte)1, (byte)2, (byte)3, (byte)4]);
    }

    [Fact]
    public void Whatever_text_is_written_is_read_as_it_was() =>
        Gen.String.Sample(text =>
        {
            using var read = JsonDocument.Parse(Write(JsonValue.Create(text)));
            string? again;
            try
            {
                again = read.RootElement.GetString();
            }
            catch (InvalidOperationException)
            {
                // The framework reads no half pairs; JavaScript does.
                return text.Any(char.IsSurrogate);
            }

            return string.Equals(again, text, StringComparison.Ordinal);
        });

    private static string Write(JsonNode? node, List<byte[]>? attachments = null)
    {
        var json = new ArrayBufferWriter<byte>();
        JsonText.Write(json, node, attachments ?? []);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
