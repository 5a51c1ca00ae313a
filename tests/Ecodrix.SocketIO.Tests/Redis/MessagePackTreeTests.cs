using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.SocketIO.Packets;
using Ecodrix.SocketIO.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>MessagePack as the stock adapter writes and reads it.</summary>
public sealed class MessagePackTreeTests
{
    [Theory]
    [InlineData("null", "c0")]
    [InlineData("true", "c3")]
    [InlineData("false", "c2")]
    [InlineData("0", "00")]
    [InlineData("127", "7f")]
    [InlineData("128", "cc80")]
    [InlineData("255", "ccff")]
    [InlineData("256", "cd0100")]
    [InlineData("65536", "ce00010000")]
    [InlineData("4294967295", "ceffffffff")]
    [InlineData("4294967296", "cf0000000100000000")]
    [InlineData("18446744073709551615", "cfffffffffffffffff")]
    [InlineData("-1", "ff")]
    [InlineData("-32", "e0")]
    [InlineData("-33", "d0df")]
    [InlineData("-129", "d1ff7f")]
    [InlineData("-32769", "d2ffff7fff")]
    [InlineData("-2147483649", "d3ffffffff7fffffff")]
    [InlineData("1.5", "cb3ff8000000000000")]
    [InlineData("-0.5", "cbbfe0000000000000")]
    [InlineData("1.0", "01")]
    [InlineData("1e3", "cd03e8")]
    [InlineData("1e300", "cb7e37e43c8800759c")]
    [InlineData("\"\"", "a0")]
    [InlineData("\"é\"", "a2c3a9")]
    [InlineData("[]", "90")]
    [InlineData("{}", "80")]
    [InlineData("""[1,{"a":[null]}]""", "920181a16191c0")]
    public void A_tree_is_written_in_the_shortest_form(string json, string bytes)
    {
        Written(JsonTree.TryRead(json, out var tree) ? tree : null).ShouldBe(bytes);
    }

    [Fact]
    public void Numbers_of_dotnet_are_written_as_those_of_JSON()
    {
        Written(new JsonArray(1, 2L, 3.0, 4.5m, (byte)5, 6.5f, ulong.MaxValue)).ShouldBe("97010203cb401200000000000005cb401a000000000000cfffffffffffffffff");
    }

    [Fact]
    public void What_is_no_JSON_value_by_itself_is_written_as_its_JSON()
    {
        var day = new DateOnly(2026, 1, 2);

        Written(JsonValue.Create(day)).ShouldBe("aa" + Convert.ToHexStringLower("2026-01-02"u8));
    }

    [Theory]
    [InlineData(3, "c403")]
    [InlineData(256, "c50100")]
    [InlineData(65536, "c600010000")]
    public void Binary_is_bin(int length, string header)
    {
        var bytes = new byte[length];

        Written(BinaryNode.Of(bytes)).ShouldBe(header + Convert.ToHexStringLower(bytes));
        BinaryNode.TryGet(Read(header + Convert.ToHexStringLower(bytes)), out var read).ShouldBeTrue();
        read.ShouldBe(bytes);
    }

    [Theory]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65536, "db00010000")]
    public void Texts_have_the_shortest_header(int length, string header)
    {
        var text = new string('x', length);

        Written(JsonValue.Create(text)).ShouldBe(header + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("d6ff00000001", "\"1970-01-01T00:00:01.000Z\"")]
    [InlineData("d7ff1dcd65000000000f", "\"1970-01-01T00:00:15.125Z\"")]
    [InlineData("c70cff00000000ffffffffffffffff", "\"1969-12-31T23:59:59.000Z\"")]
    [InlineData("d70000000000000003e8", "\"1970-01-01T00:00:01.000Z\"")]
    [InlineData("d700fffffffffffffc18", "\"1969-12-31T23:59:59.000Z\"")]
    public void Dates_become_what_JavaScript_makes_of_them_in_JSON(string bytes, string json)
    {
        Read(bytes)!.ToJsonString().ShouldBe(json);
    }

    [Fact]
    public void Undefined_of_old_peers_is_null_in_a_list_and_left_out_of_a_map()
    {
        Read("92d4000001")!.ToJsonString().ShouldBe("[null,1]");
        Read("82a161d40000a16202")!.ToJsonString().ShouldBe("""{"b":2}""");
        Read("d40000").ShouldBeNull();
    }

    [Theory]
    [InlineData("c70300010203")]
    [InlineData("c8000300010203")]
    [InlineData("c90000000300010203")]
    public void An_array_buffer_of_an_old_peer_is_binary(string bytes)
    {
        BinaryNode.TryGet(Read(bytes), out var read).ShouldBeTrue();
        read.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Another_extension_is_its_type_and_its_bytes()
    {
        var read = Read("d5070102")!.AsArray();

        read[0]!.GetValue<int>().ShouldBe(7);
        BinaryNode.TryGet(read[1], out var bytes).ShouldBeTrue();
        bytes.ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("cb7ff8000000000000", "null")]
    [InlineData("ca3fc00000", "1.5")]
    [InlineData("cb3ff0000000000000", "1")]
    [InlineData("8101a161", """{"1":"a"}""")]
    [InlineData("82a16101a16102", """{"a":2}""")]
    [InlineData("d3ffffffffffffffff", "-1")]
    public void What_JSON_has_no_form_for_gets_one(string bytes, string json)
    {
        (Read(bytes)?.ToJsonString() ?? "null").ShouldBe(json);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1")]
    [InlineData("9201")]
    [InlineData("0101")]
    [InlineData("81")]
    [InlineData("81c001")]
    [InlineData("818001")]
    [InlineData("ddffffffff")]
    [InlineData("dfffffffff")]
    [InlineData("a5ff")]
    [InlineData("c6ffffffff00")]
    [InlineData("d4")]
    [InlineData("d7007fffffffffffffff")]
    [InlineData("c70cff000000007fffffffffffffff")]
    public void What_is_malformed_is_refused(string bytes)
    {
        MessagePackTree.TryRead(Convert.FromHexString(bytes), out _).ShouldBeFalse();
    }

    [Fact]
    public void Too_many_levels_are_refused()
    {
        MessagePackTree.TryRead(Enumerable.Repeat((byte)0x91, 128).Append((byte)1).ToArray(), out _).ShouldBeTrue();
        MessagePackTree.TryRead(Enumerable.Repeat((byte)0x91, 129).Append((byte)1).ToArray(), out _).ShouldBeFalse();
        MessagePackTree.TryRead(Enumerable.Repeat((byte)0x91, 1_000_000).ToArray(), out _).ShouldBeFalse();
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        Gen.Byte.Array[0, 60].Sample(bytes => MessagePackTree.TryRead(bytes, out _) || true, iter: 20_000);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        GenTree.Sample(
            tree => (Read(Written(tree))?.ToJsonString() ?? "null").ShouldBe(tree?.ToJsonString() ?? "null"),
            iter: 2_000);
    }

    private static readonly Gen<JsonNode?> GenLeaf = Gen.OneOf(
        Gen.Const((JsonNode?)null),
        Gen.Bool.Select(value => (JsonNode?)value),
        Gen.Long.Select(value => (JsonNode?)value),
        Gen.String[Gen.Char['a', 'ÿ'], 0, 40].Select(value => (JsonNode?)value));

    private static readonly Gen<JsonNode?> GenTree = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? GenLeaf
        : Gen.OneOf(
            GenLeaf,
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray(items)),
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonObject(items.Select((item, at) => KeyValuePair.Create($"k{at}", item))))));

    private static string Written(JsonNode? tree) =>
        Convert.ToHexStringLower(PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) => MessagePackTreeWriter.Write(ref writer, tree)));

    private static JsonNode? Read(string bytes)
    {
        MessagePackTree.TryRead(Convert.FromHexString(bytes), out var tree).ShouldBeTrue();
        return tree;
    }
}
