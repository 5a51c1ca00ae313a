using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>With <c>ECODRIX_REDIS</c> other programs reach the dashboards; the wire itself is tested with the library.</summary>
public sealed class RedisTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dashboard_gets_what_another_program_sends_to_its_tenant_and_another_tenants_does_not()
    {
        Assert.SkipWhen(NodeDashboard.WhyUnavailable() is not null, NodeDashboard.WhyUnavailable() ?? "");
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        await using var redis = await LoopbackRedis.StartedAsync(Cancelled);
        await using var server = new ServerFixture();
        server.OnAPort().With("ECODRIX_REDIS", redis.Address);
        await server.InitializeAsync();
        var (mine, other) = (await server.CreateTenantAsync(), await server.CreateTenantAsync());
        await using var dashboard = Open(server, mine);
        await using var stranger = Open(server, other);
        await dashboard.NextAsync("connect", Cancelled);
        await stranger.NextAsync("connect", Cancelled);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await PublishAsync(redis.Port, "nobody", "news") is ":0")
        {
            // A server that is up does not wait for Redis.
            await turns.WaitForNextTickAsync(Cancelled);
        }

        (await PublishAsync(redis.Port, $"tenant:{mine.Code}", "news")).ShouldBe(":1");
        (await PublishAsync(redis.Port, $"tenant:{mine.Code}", "end")).ShouldBe(":1");
        (await PublishAsync(redis.Port, $"tenant:{other.Code}", "end")).ShouldBe(":1");

        await dashboard.UntilAsync(said => said.Text("name") is "end", Cancelled);
        await stranger.UntilAsync(said => said.Text("name") is "end", Cancelled);
        dashboard.Events.Select(said => said.Text("name")).ShouldBe(["news", "end"]);
        stranger.Events.Select(said => said.Text("name")).ShouldBe(["end"]);
    }

    private static NodeDashboard Open(ServerFixture server, TenantClient tenant) => NodeDashboard.Open(server.Address, new JsonObject
    {
        ["auth"] = new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code },
        ["transports"] = new JsonArray("websocket"),
    });

    /// <summary>As the emitter of npm does it: <c>["emitter", {type, data, nsp}, {rooms, except, flags}]</c> in MessagePack.</summary>
    /// <returns>What Redis answers: to how many servers it went, such as <c>:1</c>.</returns>
    private static async Task<string> PublishAsync(int port, string room, string name)
    {
        byte[] message =
        [
            0x93, .. Text("emitter"),
            0x83, .. Text("type"), 0x02, .. Text("data"), 0x91, .. Text(name), .. Text("nsp"), .. Text("/"),
            0x83, .. Text("rooms"), 0x91, .. Text(room), .. Text("except"), 0x90, .. Text("flags"), 0x80,
        ];
        var channel = $"socket.io#/#{room}#";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        await client.GetStream().WriteAsync(
            (byte[])[.. Encoding.UTF8.GetBytes($"*3\r\n$7\r\nPUBLISH\r\n${channel.Length}\r\n{channel}\r\n${message.Length}\r\n"), .. message, .. "\r\n"u8], Cancelled);
        var answer = new byte[2];
        await client.GetStream().ReadExactlyAsync(answer, Cancelled);
        return Encoding.ASCII.GetString(answer);
    }

    private static byte[] Text(string text) => text.Length < 32
        ? [(byte)(0xa0 | text.Length), .. Encoding.UTF8.GetBytes(text)]
        : [0xd9, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
