using Ecodrix.SocketIO.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>The defaults are those of the protocol's other servers; a wrong value stops the start.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_those_that_stock_clients_expect()
    {
        var options = new SocketIOOptions();

        (options.PingInterval, options.PingTimeout).ShouldBe((TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)));
        (options.UpgradeTimeout, options.ConnectTimeout).ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(45)));
        (options.MaxHttpBufferSize, options.Transports, options.AddTrailingSlash).ShouldBe((1_000_000, SocketTransports.All, true));
        (options.CookieName, options.Cors, options.AllowRequest, options.Recovery).ShouldBe((null, null, null, null));
        var recovery = new RecoveryOptions();
        (recovery.MaxDisconnection, recovery.SkipMiddlewares).ShouldBe((TimeSpan.FromMinutes(2), true));
    }

    [Theory]
    [InlineData(nameof(SocketIOOptions.PingInterval))]
    [InlineData(nameof(SocketIOOptions.PingTimeout))]
    [InlineData(nameof(SocketIOOptions.UpgradeTimeout))]
    [InlineData(nameof(SocketIOOptions.ConnectTimeout))]
    [InlineData(nameof(SocketIOOptions.MaxHttpBufferSize))]
    [InlineData(nameof(SocketIOOptions.MaxHalfOpenConnections))]
    [InlineData(nameof(SocketIOOptions.MaxQueuedPackets))]
    [InlineData(nameof(SocketIOOptions.MaxQueuedBytes))]
    [InlineData(nameof(SocketIOOptions.MaxUnhandledEvents))]
    public async Task A_value_out_of_range_stops_the_start_and_is_named(string name)
    {
        var property = typeof(SocketIOOptions).GetProperty(name)!;
        object nothing = property.PropertyType == typeof(TimeSpan) ? TimeSpan.Zero : Convert.ChangeType(0, property.PropertyType, System.Globalization.CultureInfo.InvariantCulture);

        var failure = await Should.ThrowAsync<OptionsValidationException>(() => LoopbackServer.StartAsync(options => property.SetValue(options, nothing)));

        failure.Message.ShouldContain(name);
    }

    [Theory]
    [InlineData("custom")]
    [InlineData("")]
    [InlineData("/a,b")]
    public void A_namespace_without_its_slash_or_with_a_comma_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddSocketIO().AddNamespace<CustomHub>(name));

    [Fact]
    public async Task A_namespace_that_was_not_added_is_named_by_the_exception()
    {
        await using var server = await LoopbackServer.StartAsync();

        Should.Throw<ArgumentException>(() => server.Sockets.Of("/nowhere")).Message.ShouldContain("/nowhere");
        Should.Throw<ArgumentException>(() => server.Sockets.Of("custom"));
        server.Sockets.Of("/custom").Name.ShouldBe("/custom");
    }

    [Fact]
    public async Task The_main_namespace_is_there_without_a_hub_and_only_sends()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddSocketIO();
        await using var app = builder.Build();
        app.MapSocketIO();
        await app.StartAsync(TestContext.Current.CancellationToken);
        await using var client = await RawWebSocket.JoinAsync(new Uri(app.Urls.Single()));

        await client.SendAsync("""42["anything",1]""");
        await app.Services.GetRequiredService<ISocketServer>().EmitAsync("news", 1);

        (await client.TextAsync()).ShouldBe("""42["news",1]""");
    }

    [Theory]
    [InlineData(SocketTransports.Polling, "websocket")]
    [InlineData(SocketTransports.WebSocket, "polling")]
    public async Task A_transport_that_is_not_offered_is_unknown(SocketTransports offered, string other)
    {
        await using var server = await LoopbackServer.StartAsync(options => options.Transports = offered);

        using var response = await server.GetAsync($"/socket.io/?EIO=4&transport={other}");

        (await response.TextAsync()).ShouldBe("""{"code":0,"message":"Transport unknown"}""");
        if (offered is SocketTransports.Polling)
        {
            using var open = await server.GetAsync("/socket.io/?EIO=4&transport=polling");
            (await open.TextAsync()).ShouldContain("\"upgrades\":[]");
        }
    }

    [Fact]
    public async Task Other_limits_are_told_in_the_open_packet_and_hold()
    {
        await using var server = await LoopbackServer.StartAsync(options =>
        {
            options.MaxHttpBufferSize = 2_000;
            options.PingInterval = TimeSpan.FromSeconds(7);
            options.PingTimeout = TimeSpan.FromSeconds(3);
        });
        await using var socket = await RawWebSocket.ConnectAsync(server.Address);

        var open = await socket.OpenAsync();
        await socket.SendAsync("40" + new string(' ', 2_000));

        open["maxPayload"]!.GetValue<int>().ShouldBe(2_000);
        (open["pingInterval"]!.GetValue<int>(), open["pingTimeout"]!.GetValue<int>()).ShouldBe((7_000, 3_000));
        (await socket.ClosedAsync()).ShouldBe(1009);
    }
}
