using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Sockets of one node as the other sees and moves them.</summary>
[Collection(nameof(PeersCollection))]
public sealed class RemoteSocketTests(Peers peers)
{
    [Fact]
    public async Task Clients_of_the_stock_node_are_moved_from_ours()
    {
        await peers.BeginAsync();
        await peers.JoinNodeAsync("j1", "a");
        await peers.JoinNodeAsync("j2", "a", "b");

        await peers.Net.Sockets.To("a").Except("b").JoinAsync("c", "d");
        await peers.Net.Sockets.To("c").EmitAsync("x", 1);
        await peers.Net.Sockets.To("c").LeaveAsync("d");
        await peers.Net.Sockets.To("d").EmitAsync("x", 2);

        (await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "j1", "j2")).ShouldBe(["""[["x",1]]""", "[]"]);
    }

    [Fact]
    public async Task Clients_of_our_node_are_moved_from_the_stock_one()
    {
        await peers.BeginAsync();
        var first = await peers.JoinNetAsync("n1", "a");
        var second = await peers.JoinNetAsync("n2", "a", "b");

        await peers.Node.DoAsync(new { @do = "join", rooms = (string[])["a"], except = (string[])["b"], join = (string[])["c", "d"] });
        await Eventually.IsTrueAsync(() => first.Rooms.Contains("d", StringComparer.Ordinal));
        first.Rooms.ShouldBe([first.Id, "a", "c", "d"], ignoreOrder: true);
        second.Rooms.ShouldBe([second.Id, "a", "b"], ignoreOrder: true);

        await peers.Node.DoAsync(new { @do = "leave", rooms = (string[])["c"], leave = (string[])["d", "a"] });
        await Eventually.IsTrueAsync(() => !first.Rooms.Contains("a", StringComparer.Ordinal));
        first.Rooms.ShouldBe([first.Id, "c"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_join_is_in_force_here_when_the_call_returns_and_is_not_done_again_when_it_comes_back()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        await peers.JoinNodeAsync("j");

        for (var turn = 0; turn < 20; turn++)
        {
            await peers.Net.Sockets.To("a").JoinAsync("c");
            socket.Rooms.ShouldContain(room => room == "c");
            await peers.Net.Sockets.To("a").LeaveAsync("c");
            socket.Rooms.ShouldNotContain(room => room == "c");
        }

        await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "j");
        (await peers.Net.Sockets.Target.FetchSocketsAsync(TestContext.Current.CancellationToken)).Count.ShouldBe(2);
        socket.Rooms.ShouldNotContain(room => room == "c");
    }

    [Fact]
    public async Task A_local_target_moves_nobody_elsewhere()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        await peers.JoinNodeAsync("j", "a");

        await peers.Net.Sockets.Local.To("a").JoinAsync("c");
        await peers.Net.Sockets.To("c").EmitAsync("x");

        socket.Rooms.ShouldContain(room => room == "c");
        (await peers.SeenBeforeEndAsync(() => peers.Net.Sockets.EmitAsync("end"), "n", "j")).ShouldBe(["""[["x"]]""", "[]"]);
    }

    [Theory]
    [InlineData(false, "io server disconnect")]
    [InlineData(true, "io server disconnect")]
    public async Task Clients_are_disconnected_from_the_other_node_behind_their_last_word(bool close, string reason)
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n", "out");
        await peers.JoinNetAsync("n-stays");
        await peers.JoinNodeAsync("j", "out");

        await peers.Node.DoAsync(new { @do = "emit", rooms = (string[])["out"], @event = (string[])["bye"] });
        await peers.Node.DoAsync(new { @do = "disconnect", rooms = (string[])["out"], close });
        (await peers.SeenAsync("n", 2)).ShouldBe($$"""[["bye"],["disconnect","{{reason}}"]]""");
        await peers.SeenAsync("j", 2);

        await peers.JoinNodeAsync("j", "out");
        await peers.Net.Sockets.To("out").EmitAsync("bye");
        await peers.Net.Sockets.To("out").DisconnectAsync(close);
        (await peers.SeenAsync("j", 2)).ShouldBe($$"""[["bye"],["disconnect","{{reason}}"]]""");
        peers.Net.Sockets.Of("/").Sockets.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_word_is_never_overtaken_by_the_disconnect()
    {
        await peers.BeginAsync();
        for (var turn = 0; turn < 25; turn++)
        {
            await peers.JoinNetAsync("n", "out");

            await peers.Node.DoAsync(new { @do = "emit", @event = new object[] { "bye", turn } });
            await peers.Node.DoAsync(new { @do = "disconnect", close = true });

            (await peers.SeenAsync("n", 2)).ShouldBe($$"""[["bye",{{turn}}],["disconnect","io server disconnect"]]""");
        }
    }

    [Fact]
    public async Task Our_node_sees_the_sockets_of_both()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        var id = await peers.JoinNodeAsync("j", "a", "b");

        var all = await peers.Net.Sockets.To("a").FetchSocketsAsync(TestContext.Current.CancellationToken);

        all.Select(one => one.Id).ShouldBe([socket.Id, id]);
        var other = all[1];
        other.Rooms.ShouldBe([id, "a", "b"], ignoreOrder: true);
        other.Data!.ToJsonString().ShouldBe("""{"from":"node"}""");
        other.Handshake.Auth.ToJsonString().ShouldBe("""{"name":"j"}""");
        other.Handshake.Query["EIO"].ShouldBe("4");
        other.Handshake.Headers.ContainsKey("Host").ShouldBeTrue();
        other.Handshake.Address.ShouldEndWith("127.0.0.1");
        other.Handshake.Issued.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), TimeSpan.FromMinutes(1));
        (await peers.Net.Sockets.To("b").FetchSocketsAsync(TestContext.Current.CancellationToken)).Single().Id.ShouldBe(id);
        (await peers.Net.Sockets.To("a").Except("b").FetchSocketsAsync(TestContext.Current.CancellationToken)).Single().Id.ShouldBe(socket.Id);
        (await peers.Net.Sockets.To("nobody").FetchSocketsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await peers.Net.Sockets.Local.FetchSocketsAsync(TestContext.Current.CancellationToken)).Single().Id.ShouldBe(socket.Id);
    }

    [Fact]
    public async Task The_stock_node_sees_the_sockets_of_both()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        var id = await peers.JoinNodeAsync("j", "a");

        var all = (await peers.Node.DoAsync(new { @do = "fetch", rooms = (string[])["a"] }))!.AsArray();

        all.Select(one => one!["id"]!.GetValue<string>()).ShouldBe([id, socket.Id]);
        var other = all[1]!;
        other["rooms"]!.ToJsonString().ShouldBe($"""["{socket.Id}","a"]""");
        other["data"]!.ToJsonString().ShouldBe("""{"from":"net"}""");
        other["handshake"]!["auth"]!.ToJsonString().ShouldBe("""{"name":"n"}""");
        other["handshake"]!["headers"]!["host"]!.GetValue<string>().ShouldStartWith("127.0.0.1:");
        other["handshake"]!["issued"]!.GetValue<long>().ShouldBe(socket.Handshake.Issued.ToUnixTimeMilliseconds());
        (await peers.Node.DoAsync(new { @do = "fetch", rooms = (string[])["nobody"] }))!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Both_nodes_know_all_rooms()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a", "net-only");
        var id = await peers.JoinNodeAsync("j", "a", "node-only");
        string[] expected = [socket.Id, id, "a", "net-only", "node-only"];

        var ours = await peers.Net.Adapter().AllRoomsAsync(TestContext.Current.CancellationToken);
        var theirs = (await peers.Node.DoAsync(new { @do = "rooms" }))!.AsArray().Select(room => room!.GetValue<string>());

        ours.ShouldBe(expected, ignoreOrder: true);
        theirs.ShouldBe(expected, ignoreOrder: true);
    }
}
