using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Commands;
using Ecodrix.Server.Features.Realtime.Sockets;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Realtime;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>Callbacks streamed to a developer's machine: real sockets, a real receiver.</summary>
public sealed class ListenTests(PortServer server) : IClassFixture<PortServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_forwarded_callback_verifies_as_the_clients_own_receiver_would_have_it()
    {
        Assert.SkipWhen(NodeReceiver.WhyUnavailable() is not null, NodeReceiver.WhyUnavailable() ?? "");
        await using var theirs = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await using var mine = await NodeReceiver.StartAsync(NodeReceiverKind.Express, tenant.WebhookSecret, "x-ecodrix-signature", Cancelled);
        await using var listener = Listener.Start(tenant, mine.Url);
        await listener.UntilAsync($"Listening for {tenant.Code} in live mode");

        await tenant.FiredAsync(CalledBack(theirs.Url, body => body["callbackMetadata"] = JsonNode.Parse("""{ "b": 1.0, "1": "ü \u2028 🙂 \"" }""")));
        var verdict = await mine.VerdictAsync(Cancelled);
        await listener.UntilAsync("✓ 200 in");

        (verdict.Plain, verdict.Standard).ShouldBe((true, true));
        await theirs.ArrivalAsync(Cancelled);
        theirs.Received.Single().Text.ShouldContain("\"1\":\"ü \u2028 🙂 \\\"\"");
        listener.Screen.ShouldContain($"{theirs.Url}: 200");
    }

    [Fact]
    public async Task The_bytes_and_headers_are_those_of_the_attempt_and_the_delivery_goes_its_own_way()
    {
        await using var theirs = await CallbackReceiver.StartAsync();
        await using var mine = await CallbackReceiver.StartAsync();
        mine.Script.Answer(500, "{}");
        var tenant = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, mine.Url);
        await listener.UntilAsync("Listening for");

        await tenant.FiredAsync(CalledBack(theirs.Url));
        await mine.ArrivalAsync(Cancelled);
        await listener.UntilAsync("✗ 500 in");
        await server.DrainAsync();

        var (sent, heard) = (theirs.Received.Single(), mine.Received.Single());
        heard.Body.ShouldBe(sent.Body);
        foreach (var name in (string[])["x-ecodrix-signature", "webhook-id", "user-agent", "content-type"])
        {
            heard.Headers[name].ShouldBe(sent.Headers[name], name);
        }

        var log = (await tenant.ReadDataAsync("/api/saas/callbacks/logs")).AsArray().Single()!;
        (log.Text("status"), log["attempts"]!.GetValue<int>()).ShouldBe(("delivered", 1));
    }

    [Fact]
    public async Task Each_attempt_is_forwarded_whatever_the_clients_own_receiver_answers()
    {
        await using var theirs = await CallbackReceiver.StartAsync();
        theirs.Script.Answer(503, "{}");
        await using var mine = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, mine.Url);
        await listener.UntilAsync("Listening for");

        var fired = await tenant.FiredAsync(CalledBack(theirs.Url));
        await mine.ArrivalAsync(Cancelled);
        var id = (await tenant.ReadDataAsync($"/api/saas/events/logs/{fired.Text("eventLogId")}"))["callback"]!.Text("_id");
        using var again = await tenant.PostAsync($"/api/saas/callbacks/logs/{id}/resend", new JsonObject());
        await mine.ArrivalAsync(Cancelled);
        await listener.UntilAsync("attempt 2");

        mine.Received.Select(one => one.Headers["webhook-id"]).ShouldBe([id, id]);
        mine.Received[1].Body.ShouldBe(mine.Received[0].Body);
        listener.Screen.ShouldContain($"{theirs.Url}: 503");
    }

    [Fact]
    public async Task Another_clients_and_the_other_modes_callbacks_are_not_heard()
    {
        await using var theirs = await CallbackReceiver.StartAsync();
        await using var mine = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, mine.Url);
        await using var others = Listener.Start(other, theirs.Url);
        await listener.UntilAsync("Listening for");
        await others.UntilAsync("Listening for");

        await other.FiredAsync(CalledBack(theirs.Url));
        await tenant.FireTwinAsync(CalledBack(theirs.Url));
        await others.UntilAsync("✓ 200 in");
        await server.DrainAsync();
        await tenant.FiredAsync(CalledBack(theirs.Url));
        await mine.ArrivalAsync(Cancelled);

        JsonNode.Parse(mine.Received.Single().Text)!.Text("clientCode").ShouldBe(tenant.Code);
        JsonNode.Parse(mine.Received.Single().Text)!.Text("mode").ShouldBe("live");
    }

    [Fact]
    public async Task A_link_of_the_live_page_does_not_hear_signed_bytes()
    {
        Assert.SkipWhen(NodeDashboard.WhyUnavailable() is not null, NodeDashboard.WhyUnavailable() ?? "");
        await using var theirs = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        JsonObject options = new() { ["auth"] = new JsonObject { ["token"] = await tenant.WatchAsync() }, ["transports"] = new JsonArray("websocket") };
        await using var dashboard = NodeDashboard.Open(server.Address, options);
        await dashboard.NextAsync("connect", Cancelled);

        var answer = (await dashboard.AskAsync("listen", new JsonObject(), Cancelled))!;
        (await dashboard.AskAsync("whoami", new JsonObject(), Cancelled))!.ToJsonString().ShouldBe($$"""{"success":true,"clientCode":"{{tenant.Code}}","mode":"live"}""");
        await tenant.FiredAsync(CalledBack(theirs.Url));
        await dashboard.UntilAsync(said => said.Text("name") is "callback.delivered", Cancelled);

        (answer["success"]!.GetValue<bool>(), answer.Text("code")).ShouldBe((false, "FORBIDDEN"));
        dashboard.Events.ShouldAllBe(said => said.Text("name") != "listen.callback");
    }

    [Fact]
    public async Task Who_was_cut_off_hears_what_came_meanwhile_with_its_signatures()
    {
        var clock = new FakeTimeProvider();
        await using var mine = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await using var wire = new CutWire(server.Address);
        await using var listener = Listener.Start(tenant, mine.Url, clock, over: wire.Url);
        await listener.UntilAsync("Listening for");
        await tenant.FiredAsync(CalledBack(mine.Url)); // A place to come back to.
        await listener.UntilAsync("✓ 200 in");
        await server.DrainAsync();

        await wire.CutAsync();
        await listener.UntilAsync("The connection is lost");
        var missed = await tenant.FiredAsync(CalledBack(mine.Url));
        await server.DrainAsync();
        await server.ToldAllAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await listener.UntilAsync("✓ 200 in", times: 2);

        listener.Screen.ShouldContain($"event {missed.Text("eventLogId")}  attempt 1");
        listener.Screen.ShouldNotContain("Missed");
    }

    [Fact]
    public async Task Who_comes_back_too_late_is_shown_which_callbacks_it_missed()
    {
        var clock = new FakeTimeProvider();
        await using var mine = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, mine.Url, clock);
        await listener.UntilAsync("Listening for");

        Dismiss(tenant); // Such a socket is not kept for coming back.
        await listener.UntilAsync("The connection is lost");
        var missed = await tenant.FiredAsync(CalledBack(mine.Url));
        await server.DrainAsync();
        await server.ToldAllAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await listener.UntilAsync("Missed");

        listener.Screen.ShouldContain($"event {missed.Text("eventLogId")}. To get it: POST /api/saas/callbacks/logs/");
        await tenant.FiredAsync(CalledBack(mine.Url));
        await listener.UntilAsync("✓ 200 in");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_said_and_listening_goes_on()
    {
        await using var theirs = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, new Uri("http://127.0.0.1:9/"));
        await listener.UntilAsync("Listening for");

        await tenant.FiredAsync(CalledBack(theirs.Url));
        await listener.UntilAsync("✗ Connection refused");
        await tenant.FiredAsync(CalledBack(theirs.Url));
        await listener.UntilAsync("✗ Connection refused", times: 2);
    }

    [Fact]
    public async Task A_key_that_opens_nothing_ends_it_with_the_reason()
    {
        var tenant = await server.CreateTenantAsync();
        await using var listener = Listener.Start(tenant, new Uri("http://127.0.0.1:9/"), key: "erix_live_0000000000000000000000000000000000000000");

        (await Should.ThrowAsync<CommandFailedException>(listener.Work)).Message.ShouldNotBeEmpty();
    }

    private static JsonObject CalledBack(Uri url, Action<JsonObject>? change = null) => EventIntents.Event("go", change: body =>
    {
        body["callbackUrl"] = url.AbsoluteUri;
        change?.Invoke(body);
    });

    private void Dismiss(TenantClient tenant)
    {
        foreach (var socket in server.Services.GetRequiredService<Connections>().Of(TenantId.Parse(tenant.Code)))
        {
            socket.Disconnect();
        }
    }
}
