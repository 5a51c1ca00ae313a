using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Packets;
using Ecodrix.SocketIO.Redis;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Broadcasts, requests and answers, byte for byte.</summary>
public sealed class PeerMessageTests
{
    private static readonly TimeSpan Standard = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_broadcast_to_one_room_has_these_bytes()
    {
        var expected = Join(
            "93", Text("abcdef"),
            "83", Text("type"), "02", Text("data"), "91", Text("hello"), Text("nsp"), Text("/"),
            "83", Text("rooms"), "91", Text("room1"), Text("except"), "90", Text("flags"), "80");

        var written = PeerBroadcast.Write("abcdef", "/", new SocketBroadcast(new JsonArray("hello"), new SocketSelection(["room1"], []), BroadcastFlags.None));

        Convert.ToHexStringLower(written).ShouldBe(expected);
    }

    [Fact]
    public void Flags_binary_and_exceptions_go_along_and_the_type_stays()
    {
        var flags = new BroadcastFlags(Volatile: true, Timeout: TimeSpan.FromMilliseconds(1500), Compress: false, ExpectSingleResponse: true);
        var expected = Join(
            "93", Text("abcdef"),
            "83", Text("type"), "02", Text("data"), "92", Text("b"), "c4020102", Text("nsp"), Text("/x"),
            "83", Text("rooms"), "90", Text("except"), "91", Text("s1"),
            Text("flags"), "84", Text("volatile"), "c3", Text("compress"), "c2", Text("timeout"), "cd05dc", Text("expectSingleResponse"), "c3");

        var written = PeerBroadcast.Write("abcdef", "/x", new SocketBroadcast(new JsonArray("b", BinaryNode.Of([1, 2])), new SocketSelection([], ["s1"]), flags));

        Convert.ToHexStringLower(written).ShouldBe(expected);
        var read = PeerBroadcast.Read(written)!;
        (read.Uid, read.Namespace, read.Broadcast.Flags).ShouldBe(("abcdef", "/x", flags));
        read.Broadcast.To.Except.ShouldBe(["s1"]);
        BinaryNode.TryGet(read.Broadcast.Event[1], out var bytes).ShouldBeTrue();
        bytes.ShouldBe([1, 2]);
    }

    [Fact]
    public void What_a_broadcast_leaves_out_means_the_main_namespace_everybody_and_no_flags()
    {
        var read = PeerBroadcast.Read(Bytes("""["emitter",{"type":2,"data":["x"]},{"rooms":[7,"a"]}]"""))!;

        (read.Uid, read.Namespace, read.Broadcast.Flags).ShouldBe(("emitter", "/", BroadcastFlags.None));
        read.Broadcast.To.Rooms.ShouldBe(["7", "a"]);
        read.Broadcast.To.Except.ShouldBeEmpty();
        PeerBroadcast.Read(Bytes("""["emitter",{"type":2,"data":["x"]},{"flags":[]}]"""))!.Broadcast.To.Rooms.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""["u",{"type":2,"data":["x"]}]""")]
    [InlineData("""["u",null,{"rooms":[]}]""")]
    [InlineData("""["u",{"type":3,"data":["x"]},{"rooms":[]}]""")]
    [InlineData("""["u",{"data":["x"]},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":[]},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":"x"},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":[null]},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":["disconnect"]},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":["x"],"nsp":[]},{"rooms":[]}]""")]
    [InlineData("""["u",{"type":2,"data":["x"]},{"rooms":"a"}]""")]
    [InlineData("""["u",{"type":2,"data":["x"]},{"rooms":[null]}]""")]
    [InlineData("""["u",{"type":2,"data":["x"]},{"rooms":[],"except":5}]""")]
    [InlineData("""["u",{"type":2,"data":["x"]},[]]""")]
    public void A_malformed_broadcast_is_none_above_all_not_one_to_everybody(string message)
    {
        PeerBroadcast.Read(Bytes(message)).ShouldBeNull();
    }

    [Fact]
    public void Requests_are_the_JSON_of_the_stock_adapter()
    {
        var write = new PeerRequestWriter("abcdef");
        var sockets = new SocketSelection(["a"], ["b"]);

        Utf8(write.AllRooms("r1")).ShouldBe("""{"uid":"abcdef","requestId":"r1","type":1}""");
        Utf8(write.Move(PeerRequestType.Join, sockets, ["c"])).ShouldBe("""{"uid":"abcdef","type":2,"opts":{"rooms":["a"],"except":["b"]},"rooms":["c"]}""");
        Utf8(write.Move(PeerRequestType.Leave, sockets, ["c"])).ShouldBe("""{"uid":"abcdef","type":3,"opts":{"rooms":["a"],"except":["b"]},"rooms":["c"]}""");
        Utf8(write.Disconnect(sockets, true)).ShouldBe("""{"uid":"abcdef","type":4,"opts":{"rooms":["a"],"except":["b"]},"close":true}""");
        Utf8(write.Fetch("r1", sockets)).ShouldBe("""{"uid":"abcdef","requestId":"r1","type":5,"opts":{"rooms":["a"],"except":["b"]}}""");
        Utf8(write.ServerSideEmit(null, new JsonArray("x", "é"))).ShouldBe("""{"uid":"abcdef","type":6,"data":["x","é"]}""");
        Utf8(write.ServerSideEmit("r1", new JsonArray("x", BinaryNode.Of([1])))).ShouldBe(
            """{"uid":"abcdef","requestId":"r1","type":6,"data":["x",{"type":"Buffer","data":[1]}]}""");
    }

    [Fact]
    public void A_broadcast_with_answers_is_asked_for_in_MessagePack()
    {
        var flags = new BroadcastFlags(Timeout: TimeSpan.FromMilliseconds(100));
        var expected = Join(
            "85", Text("uid"), Text("abcdef"), Text("requestId"), Text("r1"), Text("type"), "07",
            Text("packet"), "83", Text("type"), "02", Text("data"), "91", Text("q"), Text("nsp"), Text("/"),
            Text("opts"), "83", Text("rooms"), "90", Text("except"), "90", Text("flags"), "81", Text("timeout"), "64");

        var written = new PeerRequestWriter("abcdef").Ask("r1", "/", new SocketBroadcast(new JsonArray("q"), SocketSelection.All, flags));

        Convert.ToHexStringLower(written).ShouldBe(expected);
        PeerRequest.Read(written, Standard).ShouldBeOfType<PeerRequest.Ask>().Broadcast.Flags.ShouldBe(flags);
    }

    [Fact]
    public void Answers_are_those_of_the_stock_adapter()
    {
        Utf8(PeerRequestWriter.Answer("r1", "rooms", ["a"])).ShouldBe("""{"requestId":"r1","rooms":["a"]}""");
        Utf8(PeerRequestWriter.Confirm("r1")).ShouldBe("""{"requestId":"r1"}""");
        Utf8(PeerRequestWriter.ServerSideAnswer("r1", 5)).ShouldBe("""{"type":6,"requestId":"r1","data":5}""");
        Utf8(PeerRequestWriter.ClientCount("r1", 3)).ShouldBe("""{"type":8,"requestId":"r1","clientCount":3}""");
        Convert.ToHexStringLower(PeerRequestWriter.ClientAnswer("r1", BinaryNode.Of([9]))).ShouldBe(
            Join("83", Text("type"), "09", Text("requestId"), Text("r1"), Text("packet"), "c40109"));
    }

    [Fact]
    public void Requests_are_read_in_their_new_form_and_in_their_old_one()
    {
        Read("""{"uid":"u","requestId":"r","type":0,"rooms":["a"]}""").ShouldBeOfType<PeerRequest.ListSockets>().Sockets.Rooms.ShouldBe(["a"]);
        Read("""{"uid":"u","requestId":"r","type":1}""").ShouldBe(new PeerRequest.ListRooms("u", "r"));
        Read("""{"type":2,"opts":{"rooms":["a"],"except":[]},"rooms":["b"]}""").ShouldBeOfType<PeerRequest.Join>().Rooms.ShouldBe(["b"]);
        Read("""{"type":4,"opts":{"rooms":["a"]},"close":true}""").ShouldBeOfType<PeerRequest.Disconnect>().Close.ShouldBeTrue();
        Read("""{"type":6,"uid":"emitter","data":["x",1]}""").ShouldBeOfType<PeerRequest.ServerSideEmit>().Id.ShouldBeNull();

        var join = Read("""{"requestId":"r","type":2,"sid":"s","room":"b"}""").ShouldBeOfType<PeerRequest.OfOne>();
        (join.Socket, join.Id).ShouldBe(("s", "r"));
        join.What.ShouldBeOfType<PeerRequest.Join>().Rooms.ShouldBe(["b"]);
        Read("""{"requestId":"r","type":3,"sid":"s","room":["b","c"]}""").ShouldBeOfType<PeerRequest.OfOne>()
            .What.ShouldBeOfType<PeerRequest.Leave>().Rooms.ShouldBe(["b", "c"]);
        Read("""{"requestId":"r","type":4,"sid":"s","close":false}""").ShouldBeOfType<PeerRequest.OfOne>()
            .What.ShouldBeOfType<PeerRequest.Disconnect>().Close.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"type":"1","requestId":"r"}""")]
    [InlineData("""{"type":99,"requestId":"r"}""")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":2}""")]
    [InlineData("""{"type":2,"sid":"s"}""")]
    [InlineData("""{"type":2,"opts":{"rooms":"a"},"rooms":["b"]}""")]
    [InlineData("""{"type":4,"opts":[]}""")]
    [InlineData("""{"type":4,"opts":{"rooms":[{}]}}""")]
    [InlineData("""{"type":5,"requestId":"r"}""")]
    [InlineData("""{"type":6,"data":{}}""")]
    [InlineData("""{"type":6,"data":[]}""")]
    [InlineData("""{"type":7,"requestId":"r","packet":{"type":2,"data":["x"]}}""")]
    public void A_malformed_request_is_none(string message)
    {
        Read(message).ShouldBeNull();
    }

    [Fact]
    public void How_long_clients_may_take_is_bounded_and_has_a_standard()
    {
        TimeSpan? Timeout(string flags) => Read(
            $$$"""{"type":7,"requestId":"r","packet":{"type":2,"data":["x"]},"opts":{"flags":{{{flags}}}}}""").ShouldBeOfType<PeerRequest.Ask>().Broadcast.Flags.Timeout;

        Timeout("""{"timeout":20}""").ShouldBe(TimeSpan.FromMilliseconds(20));
        Timeout("""{"timeout":-1}""").ShouldBe(Standard);
        Timeout("""{"timeout":1e99}""").ShouldBe(Standard);
        Timeout("{}").ShouldBe(Standard);
    }

    [Fact]
    public void A_socket_of_another_node_keeps_what_is_known_of_it()
    {
        var snapshot = new SocketSnapshot("s1", new SocketHandshake
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["User-Agent"] = "x" },
            Query = new Dictionary<string, string>(StringComparer.Ordinal) { ["EIO"] = "4" },
            Issued = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
            Address = "127.0.0.1",
            IsSecure = true,
            Url = "/socket.io/?EIO=4",
            Auth = new JsonObject { ["token"] = "t" },
        }, ["s1", "a"], new JsonObject { ["n"] = 1 });

        var written = PeerSnapshot.Write(snapshot);
        var read = PeerSnapshot.Read(JsonNode.Parse(written.ToJsonString()))!;

        written["handshake"]!.AsObject().Select(member => member.Key).ShouldBe(["headers", "time", "address", "xdomain", "secure", "issued", "url", "query", "auth"]);
        written["handshake"]!["headers"]!.ToJsonString().ShouldBe("""{"user-agent":"x"}""");
        written["handshake"]!["time"]!.GetValue<string>().ShouldBe("Tue Nov 14 2023 22:13:20 GMT+0000 (Coordinated Universal Time)");
        (read.Id, read.Handshake.Issued, read.Handshake.Address, read.Handshake.IsSecure, read.Handshake.IsCrossDomain)
            .ShouldBe((snapshot.Id, snapshot.Handshake.Issued, "127.0.0.1", true, false));
        read.Handshake.Headers["USER-AGENT"].ShouldBe("x");
        read.Handshake.Auth.ToJsonString().ShouldBe("""{"token":"t"}""");
        read.Rooms.ShouldBe(["s1", "a"]);
        read.Data!.ToJsonString().ShouldBe("""{"n":1}""");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"id":[]}""")]
    public void A_socket_without_an_id_is_none(string json)
    {
        PeerSnapshot.Read(JsonNode.Parse(json)).ShouldBeNull();
    }

    [Fact]
    public void A_socket_of_which_only_the_id_is_known_is_one()
    {
        var read = PeerSnapshot.Read(JsonNode.Parse("""{"id":"s","handshake":{"issued":"x","headers":{"a":["1","2"]}}}"""))!;

        read.Rooms.ShouldBeEmpty();
        read.Data.ShouldBeNull();
        read.Handshake.Headers["a"].ShouldBe("1, 2");
        read.Handshake.Issued.ShouldBe(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Whatever_is_put_together_of_the_protocols_words_is_read_or_refused()
    {
        GenMessage.Sample(
            tree =>
            {
                var bytes = PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) => MessagePackTreeWriter.Write(ref writer, tree));
                _ = PeerBroadcast.Read(bytes);
                _ = PeerRequest.Read(bytes, Standard);
                _ = PeerSnapshot.Read(tree);
                var questions = new OpenQuestions();
                questions.Add("r", new AskedClients());
                _ = questions.Take(bytes);
                return true;
            },
            iter: 20_000);
    }

    private static Gen<string> GenOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(at => words[at]);

    private static readonly Gen<JsonNode?> GenWord = Gen.OneOf(
        Gen.Int[-1, 10].Select(number => (JsonNode?)number),
        GenOf("r", "/", "x", "connect").Select(text => (JsonNode?)text),
        Gen.Double.Select(number => (JsonNode?)(double.IsFinite(number) ? number : 0)),
        Gen.Bool.Select(flag => (JsonNode?)flag),
        Gen.Const((JsonNode?)null),
        Gen.Byte.Array[0, 3].Select(bytes => (JsonNode?)BinaryNode.Of(bytes)));

    private static readonly Gen<string> GenName = GenOf(
        "uid", "requestId", "type", "opts", "rooms", "except", "flags", "packet", "data", "nsp", "timeout", "volatile", "compress", "close",
        "sid", "room", "id", "handshake", "headers", "query", "issued", "auth", "clientCount");

    private static readonly Gen<JsonNode?> GenMessage = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? GenWord
        : Gen.OneOf(
            GenWord,
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray(items)),
            Gen.Select(GenName, inner).Array[0, 8].Select(members => (JsonNode?)new JsonObject(
                members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Item1, member.Item2))))));

    private static PeerRequest? Read(string json) => PeerRequest.Read(Encoding.UTF8.GetBytes(json), Standard);

    private static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static string Text(string text) => (0xa0 + text.Length).ToString("x2", System.Globalization.CultureInfo.InvariantCulture) + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static string Join(params string[] parts) => string.Concat(parts);

    private static byte[] Bytes(string json) =>
        PeerMessage.MessagePack((ref MessagePack.MessagePackWriter writer) => MessagePackTreeWriter.Write(ref writer, JsonTree.TryRead(json, out var tree) ? tree : null));
}
