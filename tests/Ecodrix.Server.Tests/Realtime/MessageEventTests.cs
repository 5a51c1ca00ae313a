using System.Net;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Sandbox;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Messages, conversations and meetings, as dashboards hear of them.</summary>
public sealed class MessageEventTests
{
    [Fact]
    public async Task A_message_that_leaves_is_told_with_its_conversation_and_then_every_status_that_the_provider_reports()
    {
        await using var scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        await tenant.WatchAsync();
        var run = await InboundScene.RunAsync(tenant);
        await scene.ReportAsync("delivered");
        await scene.SettledAsync();
        await scene.ReportAsync("read", "sent");
        await scene.SettledAsync();

        var told = await tenant.ToldAsync();

        var messageId = run["steps"]![0]!["result"]!.Text("messageId");
        var sent = told.Of("whatsapp.message_sent").Single();
        (sent["message"]!.Text("_id"), sent["message"]!.Text("status"), sent["message"]!.Text("direction")).ShouldBe((messageId, "sent", "outbound"));
        sent["conversation"]!.Text("_id").ShouldBe(sent["message"]!.Text("conversationId"));
        sent["conversation"]!["lastMessage"]!.Text("text").ShouldBe("hello");
        told.Of("conversation_updated").Single()["conversation"]!.Text("_id").ShouldBe(sent["conversation"]!.Text("_id"));
        told.Of("message_status_update").Select(data => (data.Text("messageId"), data.Text("status"))).ShouldBe([(messageId, "sent"), (messageId, "delivered"), (messageId, "read")]);
        told.Of("message_status_update").ShouldAllBe(data => data["at"] != null && data["error"] == null);
    }

    [Fact]
    public async Task A_message_that_the_provider_gives_up_on_is_told_with_the_reason()
    {
        await using var scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        await tenant.WatchAsync();
        await InboundScene.RunAsync(tenant);
        await scene.ReportAsync("failed");
        await scene.SettledAsync();

        var last = (await tenant.ToldAsync()).Of("message_status_update")[^1];

        (last.Text("status"), last["error"]!.Text("code")).ShouldBe(("failed", "131026"));
    }

    [Fact]
    public async Task A_sandboxed_message_is_delivered_and_read_before_the_eyes_of_its_dashboard()
    {
        await using var server = new RealtimeServer();
        await server.InitializeAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.WatchAsync(twin: true);
        using var queued = await tenant.TestHttp.PostAsync("/api/saas/chat/send", Json("""{"to":"+919876543210","templateName":"welcome"}"""), TestContext.Current.CancellationToken);
        await queued.ReadDataAsync(HttpStatusCode.Accepted);

        var told = await server.Outlet.UntilAsync(tenant.Code + "_test", "message_status_update", 3);

        told.Select(live => live.Event.Payload.GetProperty("status").GetString()).ShouldBe(["sent", "delivered", "read"]);
        var times = told.Select(live => live.Event.Payload.GetProperty("at").GetDateTimeOffset()).ToList();
        times.ShouldBe(times.Order());
        server.Outlet.Of(tenant.Code).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_refused_is_told_as_failed_and_not_as_sent()
    {
        await using var server = await ServerFixture.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.WatchAsync(twin: true);
        using var queued = await tenant.TestHttp.PostAsync("/api/saas/chat/send", Json("""{"to":"+919999131026","templateName":"welcome"}"""), TestContext.Current.CancellationToken);
        await queued.ReadDataAsync(HttpStatusCode.Accepted);

        var told = await tenant.ToldAsync(twin: true);

        told.Of("message_status_update").Single()["error"]!.Text("code").ShouldBe("131026");
        told.Of("whatsapp.message_sent").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_meeting_that_a_step_makes_is_told_once()
    {
        await using var server = await ServerFixture.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var twin = new Twin(tenant);
        await tenant.WatchAsync(twin: true);
        await twin.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "create_meet", "config": { "title": "Call", "startTime": "2030-01-02T09:00:00Z" } }"""));
        await twin.FireAsync(EventIntents.Event("go"));

        var meeting = (await tenant.ToldAsync(twin: true)).Of("meet.scheduled").Single()["meeting"]!;

        (meeting.Text("title"), meeting.Text("status")).ShouldBe(("Call", "scheduled"));
        meeting.Text("meetLink").ShouldContain("/sandbox/meet/");
        (await tenant.ToldNamesAsync()).ShouldBeEmpty();
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
