using System.Diagnostics;
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
        Assert.SkipUnless(System.Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server"))),
            "There is no redis-server on the PATH (Debian's package of that name).");
        var port = FreePort();
        using var redis = await StartRedisAsync(port);
        try
        {
            await using var server = new ServerFixture();
            server.OnAPort().With("ECODRIX_REDIS", $"redis://127.0.0.1:{port}");
            await server.InitializeAsync();
            var (mine, other) = (await server.CreateTenantAsync(), await server.CreateTenantAsync());
            await using var dashboard = Open(server, mine);
            await using var stranger = Open(server, other);
            await dashboard.NextAsync("connect", Cancelled);
            await stranger.NextAsync("connect", Cancelled);

            await PublishAsync(port, $"tenant:{mine.Code}", "news");
            await PublishAsync(port, $"tenant:{mine.Code}", "end");
            await PublishAsync(port, $"tenant:{other.Code}", "end");

            await dashboard.UntilAsync(said => said.Text("name") is "end", Cancelled);
            await stranger.UntilAsync(said => said.Text("name") is "end", Cancelled);
            dashboard.Events.Select(said => said.Text("name")).ShouldBe(["news", "end"]);
            stranger.Events.Select(said => said.Text("name")).ShouldBe(["end"]);
        }
        finally
        {
            redis.Kill();
        }
    }

    private static NodeDashboard Open(ServerFixture server, TenantClient tenant) => NodeDashboard.Open(server.Address, new JsonObject
    {
        ["auth"] = new JsonObject { ["apiKey"] = tenant.LiveKey, ["clientCode"] = tenant.Code },
        ["transports"] = new JsonArray("websocket"),
    });

    /// <summary>As the emitter of npm does it: <c>["emitter", {type, data, nsp}, {rooms, except, flags}]</c> in MessagePack.</summary>
    private static async Task PublishAsync(int port, string room, string name)
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
        Encoding.ASCII.GetString(answer).ShouldBe(":1");
    }

    private static byte[] Text(string text) => text.Length < 32
        ? [(byte)(0xa0 | text.Length), .. Encoding.UTF8.GetBytes(text)]
        : [0xd9, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static async Task<Process> StartRedisAsync(int port)
    {
        var start = new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var redis = Process.Start(start)!;
        while (await redis.StandardOutput.ReadLineAsync(Cancelled) is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
            // It tells what it is first.
        }

        return redis;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
