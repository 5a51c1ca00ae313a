using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Events from one node to the clients of both, the stock one and ours, in both directions.</summary>
[Collection(nameof(PeersCollection))]
public sealed class BroadcastTests(Peers peers)
{
    [Fact]
    public async Task What_is_for_all_reaches_the_clients_of_both_nodes()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNodeAsync("j");

        await peers.Net.Sockets.EmitAsync("hello", 1, "zwei", new { Drei = new object?[] { null, true, 4.5 } });
        const string fromNet = """[["hello",1,"zwei",{"drei":[null,true,4.5]}]]""";
        (await peers.SeenAsync("j")).ShouldBe(fromNet);
        (await peers.SeenAsync("n")).ShouldBe(fromNet);

        await peers.Node.DoAsync(new { @do = "emit", @event = new object?[] { "hello", -7, "é😀", new { drei = new object?[] { null, false, 1.5e-7 } } } });
        const string fromNode = """[["hello",-7,"é😀",{"drei":[null,false,1.5e-7]}]]""";
        Plain(await peers.SeenAsync("j")).ShouldBe(fromNode);
        Plain(await peers.SeenAsync("n")).ShouldBe(fromNode);
    }

    [Fact]
    public async Task Rooms_are_those_of_both_nodes_and_each_client_gets_one_copy()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n-ab", "a", "b");
        await peers.JoinNetAsync("n-c", "c");
        await peers.JoinNodeAsync("j-ab", "a", "b");
        await peers.JoinNodeAsync("j-c", "c");

        await peers.Net.Sockets.To("a").EmitAsync("x", 1);
        await peers.Net.Sockets.To("a", "b").EmitAsync("x", 2);
        await peers.Net.Sockets.To("a", "a").EmitAsync("x", 3);
        await peers.Net.Sockets.To("nobody").EmitAsync("x", 4);
        await peers.Net.Sockets.To("b", "c").Except("a").EmitAsync("x", 5);
        var fromNet = await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "n-ab", "n-c", "j-ab", "j-c");
        fromNet.ShouldBe(["""[["x",1],["x",2],["x",3]]""", """[["x",5]]""", """[["x",1],["x",2],["x",3]]""", """[["x",5]]"""]);

        foreach (var (number, rooms, except) in new (int, string[], string[])[] { (1, ["a"], []), (2, ["a", "b"], []), (3, ["nobody"], []), (4, ["b", "c"], ["a"]) })
        {
            await peers.Node.DoAsync(new { @do = "emit", rooms, except, @event = new object[] { "y", number } });
        }

        var fromNode = await peers.SeenBeforeEndAsync(NodeEndAsync, "n-ab", "n-c", "j-ab", "j-c");
        fromNode.ShouldBe(["""[["y",1],["y",2]]""", """[["y",4]]""", """[["y",1],["y",2]]""", """[["y",4]]"""]);
    }

    [Fact]
    public async Task A_sockets_own_broadcast_spares_itself_alone()
    {
        await peers.BeginAsync();
        var sender = await peers.JoinNetAsync("n1");
        await peers.JoinNetAsync("n2");
        await peers.JoinNodeAsync("j");

        await sender.Broadcast.EmitAsync("x");

        (await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "n1", "n2", "j")).ShouldBe(["[]", """[["x"]]""", """[["x"]]"""]);
    }

    [Fact]
    public async Task One_client_is_reached_by_its_id_from_the_other_node()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n");
        var id = await peers.JoinNodeAsync("j");

        await peers.Net.Sockets.To(id).EmitAsync("x");
        await peers.Node.DoAsync(new { @do = "emit", rooms = (string[])[socket.Id], @event = (string[])["y"] });

        (await peers.SeenAsync("j")).ShouldBe("""[["x"]]""");
        (await peers.SeenAsync("n")).ShouldBe("""[["y"]]""");
    }

    [Fact]
    public async Task Binary_arrives_as_binary()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n", "r");
        await peers.JoinNodeAsync("j", "r");
        const string expected = """[["bin",{"$bytes":[0,1,255]},{"in":[{"$bytes":[]}]}]]""";

        await peers.Net.Sockets.To("r").EmitAsync("bin", new byte[] { 0, 1, 255 }, new JsonObject { ["in"] = new JsonArray(BinaryNode.Of([])) });
        (await peers.SeenAsync("j")).ShouldBe(expected);
        (await peers.SeenAsync("n")).ShouldBe(expected);

        await peers.Node.DoAsync(new { @do = "emit", rooms = (string[])["r"], @event = new object[] { "bin", Peers.Bytes(0, 1, 255), new { @in = new[] { Peers.Bytes() } } } });
        (await peers.SeenAsync("j")).ShouldBe(expected);
        (await peers.SeenAsync("n")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_date_of_Node_arrives_as_the_text_that_its_own_clients_get()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNodeAsync("j");

        await peers.Node.DoAsync(new { @do = "emit", @event = new object[] { "date", new JsonObject { ["$date"] = "2026-01-02T03:04:05.678Z" } } });

        (await peers.SeenAsync("j")).ShouldBe("""[["date","2026-01-02T03:04:05.678Z"]]""");
        (await peers.SeenAsync("n")).ShouldBe("""[["date","2026-01-02T03:04:05.678Z"]]""");
    }

    [Fact]
    public async Task Volatile_events_travel_and_local_ones_do_not()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNodeAsync("j");

        await peers.Net.Sockets.Volatile.EmitAsync("volatile");
        (await peers.SeenAsync("j")).ShouldBe("""[["volatile"]]""");
        await peers.Net.Sockets.Local.EmitAsync("local");
        (await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "n", "j")).ShouldBe(["""[["volatile"],["local"]]""", "[]"]);

        await peers.Node.DoAsync(new { @do = "emit", flags = (string[])["volatile"], @event = (string[])["volatile"] });
        (await peers.SeenAsync("n")).ShouldBe("""[["volatile"]]""");
        await peers.Node.DoAsync(new { @do = "emit", flags = (string[])["local"], @event = (string[])["local"] });
        (await peers.SeenBeforeEndAsync(NodeEndAsync, "n", "j")).ShouldBe(["[]", """[["volatile"],["local"]]"""]);
    }

    [Fact]
    public async Task A_thousand_events_arrive_whole_and_in_order()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNodeAsync("j");
        var expected = "[" + string.Join(',', Enumerable.Range(0, 1000).Select(number => $"[\"x\",{number}]")) + "]";

        for (var number = 0; number < 1000; number++)
        {
            await peers.Net.Sockets.EmitAsync("x", number);
        }

        (await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "n", "j")).ShouldBe([expected, expected]);
        peers.Net.Figures.Unsent.ShouldBe(0);
        peers.Net.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_namespace_gets_its_own_and_nothing_else()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNetAsync("nc", "/custom", []);

        await peers.Node.DoAsync(new { @do = "emit", nsp = "/custom", @event = (string[])["custom"] });
        await peers.Node.DoAsync(new { @do = "emit", @event = (string[])["main"] });
        await peers.Node.DoAsync(new { @do = "emit", nsp = "/custom", @event = (string[])["end"] });
        await peers.Node.DoAsync(new { @do = "emit", @event = (string[])["end"] });

        (await peers.SeenBeforeEndAsync(() => ValueTask.CompletedTask, "n", "nc")).ShouldBe(["""[["main"]]""", """[["custom"]]"""]);
    }

    private async ValueTask NodeEndAsync() => await peers.Node.DoAsync(new { @do = "emit", @event = (string[])["end"] });

    private static string Plain(string json) => System.Text.RegularExpressions.Regex.Unescape(json);
}
