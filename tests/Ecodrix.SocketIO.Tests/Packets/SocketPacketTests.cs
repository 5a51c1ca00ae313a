using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Tests.Packets;

public sealed class SocketPacketTests
{
    [Theory]
    [InlineData("0", SocketPacketType.Connect, "/", null, null)]
    [InlineData("0{\"token\":\"t\"}", SocketPacketType.Connect, "/", null, "{\"token\":\"t\"}")]
    [InlineData("0/custom,", SocketPacketType.Connect, "/custom", null, null)]
    [InlineData("0/custom?x=1,{}", SocketPacketType.Connect, "/custom?x=1", null, "{}")]
    [InlineData("1", SocketPacketType.Disconnect, "/", null, null)]
    [InlineData("1/custom,", SocketPacketType.Disconnect, "/custom", null, null)]
    [InlineData("2[\"message\",1,\"2\",{\"3\":[true]},null]", SocketPacketType.Event, "/", null, "[\"message\",1,\"2\",{\"3\":[true]},null]")]
    [InlineData("2/admin,456[\"project:delete\",123]", SocketPacketType.Event, "/admin", 456ul, "[\"project:delete\",123]")]
    [InlineData("20[\"a\"]", SocketPacketType.Event, "/", 0ul, "[\"a\"]")]
    [InlineData("2[5,1.50]", SocketPacketType.Event, "/", null, "[5,1.50]")]
    [InlineData("3/admin,456[]", SocketPacketType.Ack, "/admin", 456ul, "[]")]
    [InlineData("333[\"x\"]", SocketPacketType.Ack, "/", 33ul, "[\"x\"]")]
    [InlineData("4/random,{\"message\":\"Invalid namespace\"}", SocketPacketType.ConnectError, "/random", null, "{\"message\":\"Invalid namespace\"}")]
    internal void A_packet_is_read_and_written_byte_for_byte(string text, SocketPacketType type, string space, ulong? id, string? payload)
    {
        var packet = new SocketPacketDecoder().Text(text).ShouldBeOfType<Decoded.Complete>().Packet;

        packet.Type.ShouldBe(type);
        packet.Namespace.ShouldBe(space);
        packet.AckId.ShouldBe(id);
        packet.Payload?.ToJsonString().ShouldBe(payload);
        Encode(packet).Text.ShouldBe(text);
    }

    [Fact]
    public void The_comma_after_a_namespace_may_be_left_out_where_nothing_follows() =>
        new SocketPacketDecoder().Text("0/custom").ShouldBeOfType<Decoded.Complete>().Packet.Namespace.ShouldBe("/custom");

    [Fact]
    public void Binary_leaves_placeholders_and_comes_back_in_place()
    {
        var payload = new JsonArray("upload", new JsonObject { ["a"] = BinaryNode.Of([1]), ["b"] = new JsonArray(BinaryNode.Of([2, 3]), 4) });

        var encoded = Encode(new SocketPacket(SocketPacketType.Event, "/admin", 12, payload));

        encoded.Text.ShouldBe("""52-/admin,12["upload",{"a":{"_placeholder":true,"num":0},"b":[{"_placeholder":true,"num":1},4]}]""");
        encoded.Attachments.ShouldBe([[1], [2, 3]]);
        var packet = Decode(encoded);
        BinaryNode.TryGet(packet.Payload![1]!["b"]![0], out var second).ShouldBeTrue();
        second.ShouldBe([2, 3]);
    }

    [Fact]
    public void An_answer_has_the_binary_type_only_when_it_has_binary()
    {
        Encode(new SocketPacket(SocketPacketType.Ack, "/", 1, new JsonArray(BinaryNode.Of([7])))).Text.ShouldStartWith("61-1[");
        Encode(new SocketPacket(SocketPacketType.Ack, "/", 1, new JsonArray("x"))).Text.ShouldBe("31[\"x\"]");
    }

    [Fact]
    public void An_offset_is_one_more_argument_at_the_end() =>
        Encode(new SocketPacket(SocketPacketType.Event, "/", null, new JsonArray("a", 1)), "x-5").Text.ShouldBe("""2["a",1,"x-5"]""");

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("9[\"a\"]")]
    [InlineData("a")]
    [InlineData("0[]")]
    [InlineData("0[1]")]
    [InlineData("0\"x\"")]
    [InlineData("0null")]
    [InlineData("05{}")]
    [InlineData("1{}")]
    [InlineData("1[]")]
    [InlineData("12")]
    [InlineData("2")]
    [InlineData("2{}")]
    [InlineData("2[]")]
    [InlineData("2[")]
    [InlineData("2[\"a\"")]
    [InlineData("2[\"a\"]x")]
    [InlineData("2[\"a\",]")]
    [InlineData("2abc[\"a\"]")]
    [InlineData("2[null]")]
    [InlineData("2[true]")]
    [InlineData("2[{}]")]
    [InlineData("2[[]]")]
    [InlineData("2\"a\"")]
    [InlineData("2null")]
    [InlineData("2[\"connect\"]")]
    [InlineData("2[\"connect_error\"]")]
    [InlineData("2[\"disconnect\"]")]
    [InlineData("2[\"disconnecting\"]")]
    [InlineData("2[\"newListener\"]")]
    [InlineData("2[\"removeListener\"]")]
    [InlineData("299999999999999999999999[\"a\"]")]
    [InlineData("2[\"\\ud800\"]")]
    [InlineData("3[]")]
    [InlineData("31")]
    [InlineData("31{}")]
    [InlineData("4")]
    [InlineData("4[]")]
    [InlineData("5[\"a\"]")]
    [InlineData("5-[\"a\"]")]
    [InlineData("50-[\"a\"]")]
    [InlineData("51[\"a\"]")]
    [InlineData("511-[\"a\"]")]
    [InlineData("5999999999999-[\"a\"]")]
    [InlineData("6")]
    [InlineData("61-[]")]
    public void A_malformed_frame_is_never_passed_over(string text) =>
        new SocketPacketDecoder().Text(text).ShouldBeOfType<Decoded.Malformed>();

    [Theory]
    [InlineData("""51-["a",{"_placeholder":true,"num":1}]""")]
    [InlineData("""51-["a",{"_placeholder":true,"num":-1}]""")]
    [InlineData("""51-["a",{"_placeholder":true,"num":"0"}]""")]
    [InlineData("""51-["a",{"_placeholder":true}]""")]
    public void A_placeholder_without_an_attachment_is_malformed(string text)
    {
        var decoder = new SocketPacketDecoder();

        decoder.Text(text).ShouldBe(new Decoded.Pending(1));
        decoder.Binary([1]).ShouldBeOfType<Decoded.Malformed>();
    }

    [Fact]
    public void Text_while_attachments_are_due_is_malformed()
    {
        var decoder = new SocketPacketDecoder();
        decoder.Text("""52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]""").ShouldBe(new Decoded.Pending(2));
        decoder.Binary([1]).ShouldBe(new Decoded.Pending(1));

        decoder.Text("2[\"b\"]").ShouldBeOfType<Decoded.Malformed>();
    }

    [Fact]
    public void Binary_that_nothing_announced_is_malformed() => new SocketPacketDecoder().Binary([1]).ShouldBeOfType<Decoded.Malformed>();

    [Fact]
    public void What_looks_like_a_placeholder_in_a_packet_without_binary_stays_as_it_is()
    {
        var packet = new SocketPacketDecoder().Text("""2["a",{"_placeholder":true,"num":5}]""").ShouldBeOfType<Decoded.Complete>().Packet;

        packet.Payload![1]!["num"]!.GetValue<int>().ShouldBe(5);
    }

    [Fact]
    public void Of_duplicate_keys_the_last_wins() =>
        new SocketPacketDecoder().Text("""2["a",{"x":1,"x":2}]""").ShouldBeOfType<Decoded.Complete>().Packet.Payload!.ToJsonString().ShouldBe("""["a",{"x":2}]""");

    [Fact]
    public void Every_packet_comes_back_as_it_was() =>
        Packet.Sample(packet =>
        {
            var encoded = Encode(packet);

            var again = Decode(encoded);

            (again.Type, again.Namespace, again.AckId).ShouldBe((packet.Type, packet.Namespace, packet.AckId));
            var encodedAgain = Encode(again);
            encodedAgain.Text.ShouldBe(encoded.Text);
            encodedAgain.Attachments.ShouldBe(encoded.Attachments);
        });

    [Fact]
    public void No_text_whatever_makes_the_decoder_throw() =>
        Gen.Select(Gen.Int[0, 9], Gen.String).Sample((type, text) =>
        {
            new SocketPacketDecoder().Text(text);
            new SocketPacketDecoder().Text($"{type}{text}");
            new SocketPacketDecoder().Text($"{type}1-[\"{text}\"]");
        });

    private sealed record Encoded(string Text, byte[][] Attachments);

    private static Encoded Encode(SocketPacket packet, string? offset = null)
    {
        var messages = SocketPacketEncoder.Encode(packet, offset);
        return new Encoded(Encoding.UTF8.GetString(messages[0].Content[1..]), [.. messages.Skip(1).Select(message => message.Content.ToArray())]);
    }

    private static SocketPacket Decode(Encoded encoded)
    {
        var decoder = new SocketPacketDecoder();
        var decoded = decoder.Text(encoded.Text);
        foreach (var attachment in encoded.Attachments)
        {
            decoded.ShouldBeOfType<Decoded.Pending>();
            decoded = decoder.Binary(attachment);
        }

        return decoded.ShouldBeOfType<Decoded.Complete>().Packet;
    }

    private static readonly Gen<string> Word = Gen.Char["abcxyz é😀\"\\\u2028"].Array[1, 6].Select(letters => new string(letters)).Where(IsWellFormed);

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Word.Select(word => (JsonNode?)JsonValue.Create(word)),
        Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Const(() => (JsonNode?)null),
        Gen.Byte.Array[0, 5].Select(bytes => (JsonNode?)BinaryNode.Of(bytes)));

    private static readonly Gen<JsonNode?> Tree = Gen.Frequency(
        (3, Leaf),
        (1, Leaf.Array[0, 3].Select(items => (JsonNode?)new JsonArray(items))),
        (1, Gen.Select(Word, Leaf).Array[0, 3].Select(members => (JsonNode?)new JsonObject(
            members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Item1, member.Item2))))));

    private static readonly Gen<SocketPacket> Packet =
        Gen.Select(Gen.Bool, Word, Gen.Bool, Gen.ULong, Word, Tree.Array[0, 3]).Select((isMain, space, isAck, id, name, items) =>
        {
            var spaceName = isMain ? "/" : "/" + space.Replace(",", "", StringComparison.Ordinal);
            return isAck
                ? new SocketPacket(SocketPacketType.Ack, spaceName, id, new JsonArray(items))
                : new SocketPacket(SocketPacketType.Event, spaceName, id % 2 is 0 ? null : id, new JsonArray([JsonValue.Create(name), .. items]));
        });

    private static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && !(char.IsSurrogatePair(text, at) && ++at > 0))
            {
                return false;
            }
        }

        return true;
    }
}
