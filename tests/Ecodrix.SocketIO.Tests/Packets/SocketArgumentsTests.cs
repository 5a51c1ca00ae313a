using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Tests.Packets;

/// <summary>What a handler reads of what came, and what becomes of what it sends.</summary>
public sealed class SocketArgumentsTests
{
    [Fact]
    public void An_argument_is_read_as_the_type_that_it_fits_and_refused_as_any_other()
    {
        var arguments = Of("""["name",{"city":"Pune","rooms":[1,2]},"text",7,null,true]""");

        arguments.Count.ShouldBe(5);
        arguments.TryGet<Place>(0, out var place).ShouldBeTrue();
        (place!.City, place.Rooms.Count).ShouldBe(("Pune", 2));
        arguments.TryGet<string>(1, out var text).ShouldBeTrue();
        text.ShouldBe("text");
        arguments.TryGet<int>(2, out var number).ShouldBeTrue();
        number.ShouldBe(7);
        arguments.TryGet<bool>(4, out var isTrue).ShouldBeTrue();
        isTrue.ShouldBeTrue();
        arguments.TryGet<string>(2, out _).ShouldBeFalse();
        arguments.TryGet<int>(1, out _).ShouldBeFalse();
        arguments.TryGet<Place>(1, out _).ShouldBeFalse();
        arguments.TryGet<byte>(0, out _).ShouldBeFalse();
        arguments.TryGet<string>(3, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_argument_that_is_not_there_is_none(int index) => Of("""["name",1]""").TryGet<int>(index, out _).ShouldBeFalse();

    [Fact]
    public void An_event_without_arguments_has_none()
    {
        Of("""["name"]""").ShouldBeEmpty();
        Of("[]").Count.ShouldBe(0);
    }

    [Fact]
    public void Binary_is_bytes_by_itself_and_base64_inside_an_object()
    {
        var arguments = new SocketArguments(new JsonArray("name", BinaryNode.Of([1, 2]), new JsonObject { ["data"] = BinaryNode.Of([3]) }), 1, JsonSerializerOptions.Web);

        arguments.TryGet<byte[]>(0, out var bytes).ShouldBeTrue();
        bytes.ShouldBe([(byte)1, (byte)2]);
        arguments.TryGet<Blob>(1, out var blob).ShouldBeTrue();
        blob!.Data.ShouldBe([(byte)3]);
        arguments.TryGet<int>(0, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_node_is_given_as_it_came()
    {
        var arguments = Of("""["name",{"a":1}]""");

        arguments.TryGet<JsonObject>(0, out var map).ShouldBeTrue();
        map.ShouldBeSameAs(arguments[0]);
        arguments.TryGet<JsonArray>(0, out _).ShouldBeFalse();
    }

    [Fact]
    public void What_is_sent_is_copied_where_it_belongs_to_another_tree_and_lists_its_kinds()
    {
        var owner = new JsonObject { ["inner"] = new JsonObject { ["a"] = 1 } };
        using var document = JsonDocument.Parse("""{"n":1.50}""");

        var sent = Arguments.List([owner["inner"], document.RootElement, new byte[] { 9 }, new ReadOnlyMemory<byte>([8]), null, "x", 4.5m, new Place("Goa", [])], JsonSerializerOptions.Web);

        owner["inner"]!["a"]!.GetValue<int>().ShouldBe(1);
        sent[0]!.ToJsonString().ShouldBe("""{"a":1}""");
        sent[1]!.ToJsonString().ShouldBe("""{"n":1.50}""");
        BinaryNode.TryGet(sent[2], out var array).ShouldBeTrue();
        BinaryNode.TryGet(sent[3], out var memory).ShouldBeTrue();
        (array[0], memory[0]).ShouldBe(((byte)9, (byte)8));
        sent[4].ShouldBeNull();
        BinaryNode.TryGet(sent[5], out _).ShouldBeFalse();
        sent[6]!.ToJsonString().ShouldBe("4.5");
        sent[7]!.ToJsonString().ShouldBe("""{"city":"Goa","rooms":[]}""");
    }

    private static SocketArguments Of(string payload) => new(JsonNode.Parse(payload)!.AsArray(), 1, JsonSerializerOptions.Web);

    private sealed record Place(string City, IReadOnlyList<int> Rooms);

    private sealed record Blob(byte[] Data);
}
