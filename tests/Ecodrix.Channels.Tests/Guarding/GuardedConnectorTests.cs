using System.Net;
using System.Net.Sockets;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Tests.Guarding;

public sealed class GuardedConnectorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_with_one_private_address_among_public_ones_is_not_dialled()
    {
        var connector = Connector(new ScriptedResolver(["1.1.1.1", "10.0.0.1"]));

        var refused = await Should.ThrowAsync<AddressRefusedException>(() => connector.ConnectAsync("example.com", 443, Cancelled));

        refused.Message.ShouldContain("a private address");
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked_although_the_name_has_moved()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var resolver = new ScriptedResolver(["127.0.0.1"], ["127.0.0.2"]);
        var connector = Connector(resolver, allowPrivate: true);

        await using var stream = await connector.ConnectAsync("moves.example", port, Cancelled);

        resolver.Asked.ShouldBe(1);
        using var accepted = await listener.AcceptSocketAsync(Cancelled);
        accepted.Connected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_that_turns_private_is_refused_at_its_next_connection()
    {
        var resolver = new ScriptedResolver(["203.0.113.1"], ["127.0.0.1"]);
        var connector = Connector(resolver);

        (await Should.ThrowAsync<AddressRefusedException>(() => connector.ConnectAsync("rebinds.example", 443, Cancelled))).Message.ShouldContain("documentation");
        (await Should.ThrowAsync<AddressRefusedException>(() => connector.ConnectAsync("rebinds.example", 443, Cancelled))).Message.ShouldContain("loopback");
    }

    [Fact]
    public async Task A_literal_address_is_checked_without_asking_for_a_name()
    {
        var resolver = new ScriptedResolver(["1.1.1.1"]);

        await Should.ThrowAsync<AddressRefusedException>(() => Connector(resolver).ConnectAsync("169.254.169.254", 80, Cancelled));

        resolver.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_does_not_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var connector = Connector(new ScriptedResolver(["127.0.0.9", "127.0.0.1"]), allowPrivate: true);

        await using var stream = await connector.ConnectAsync("two.example", port, Cancelled);

        stream.CanWrite.ShouldBeTrue();
    }

    private static GuardedConnector Connector(INameResolver resolver, bool allowPrivate = false) =>
        new(resolver, Options.Create(new ConnectorOptions { AllowPrivate = allowPrivate }), TimeProvider.System);
}
