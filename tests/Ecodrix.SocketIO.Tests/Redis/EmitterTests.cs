using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>A program that serves nobody and sends with the stock emitter.</summary>
[Collection(nameof(PeersCollection))]
public sealed class EmitterTests(Peers peers)
{
    [Fact]
    public async Task Its_broadcasts_reach_whom_they_are_meant_for()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n1", "a");
        await peers.JoinNetAsync("n2", "a", "b");
        await peers.JoinNetAsync("nc", "/custom", []);

        await EmitAsync([], [], "x", 1);
        await EmitAsync(["a"], [], "x", 2);
        await EmitAsync(["a", "b"], [], "x", 3);
        await EmitAsync(["a"], ["b"], "x", 4);
        await EmitAsync(["nobody"], [], "x", 5);
        await EmitAsync([], [], "bin", Peers.Bytes(1, 2));
        await peers.Node.DoAsync(new { @do = "emit", by = "emitter", nsp = "/custom", @event = (string[])["end"] });

        var seen = await peers.SeenBeforeEndAsync(async () => await EmitAsync([], [], "end"), "n1", "n2", "nc");
        seen.ShouldBe(
        [
            """[["x",1],["x",2],["x",3],["x",4],["bin",{"$bytes":[1,2]}]]""",
            """[["x",1],["x",2],["x",3],["bin",{"$bytes":[1,2]}]]""",
            "[]",
        ]);
    }

    [Fact]
    public async Task It_moves_and_disconnects_clients()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");

        await peers.Node.DoAsync(new { @do = "join", by = "emitter", rooms = (string[])["a"], join = (string[])["b"] });
        await EmitAsync(["b"], [], "x");
        (await peers.SeenAsync("n")).ShouldBe("""[["x"]]""");

        await peers.Node.DoAsync(new { @do = "leave", by = "emitter", rooms = (string[])["b"], leave = (string[])["a"] });
        await Eventually.IsTrueAsync(() => !socket.Rooms.Contains("a", StringComparer.Ordinal));

        await peers.Node.DoAsync(new { @do = "disconnect", by = "emitter", rooms = (string[])["b"], close = true });
        (await peers.SeenAsync("n")).ShouldBe("""[["disconnect","io server disconnect"]]""");
    }

    [Fact]
    public async Task It_tells_the_servers()
    {
        await peers.BeginAsync();
        var before = peers.Net.CustomHub.Heard.Count;

        await peers.Node.DoAsync(new { @do = "tell", by = "emitter", nsp = "/custom", @event = new object[] { "told", 9 } });

        await Eventually.IsTrueAsync(() => peers.Net.CustomHub.Heard.Count > before);
        peers.Net.CustomHub.Heard[^1].ShouldBe("[9]");
        await peers.Node.DoAsync(new { @do = "heard", count = 1 });
    }

    private Task<JsonNode?> EmitAsync(string[] rooms, string[] except, params object[] @event) =>
        peers.Node.DoAsync(new { @do = "emit", by = "emitter", rooms, except, @event });
}
