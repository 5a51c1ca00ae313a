using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Sandbox;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>Whatever tells of something that happened carries the link, under the operator's address.</summary>
public sealed class TraceUrlTests : IAsyncLifetime
{
    private const string Root = "https://engine.example/trace/";

    private ServerFixture server = null!;

    public async ValueTask InitializeAsync() =>
        server = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_PUBLIC_URL"] = "https://engine.example/" });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Trigger_answers_callback_logs_runs_and_events_carry_a_link_that_opens()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "stop" }"""));
        var (answer, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        var (eventId, runId, callbackId) = (answer.Text("eventLogId"), answer["runs"]![0]!.Text("runId"), callback.Headers["webhook-id"]);
        using var batch = await tenant.PostAsync("/api/saas/workflows/trigger/batch", new JsonObject { ["events"] = new JsonArray(EventIntents.Event("go")) });
        using var replay = await tenant.PostAsync($"/api/saas/events/logs/{eventId}/replay", new JsonObject());
        var detail = await tenant.ReadDataAsync($"/api/saas/events/logs/{eventId}");

        foreach (var carrier in new[]
        {
            answer,
            (await batch.ReadDataAsync())![0]!["data"]!,
            (await replay.ReadDataAsync(HttpStatusCode.Created))!,
            detail,
            detail["runs"]![0]!,
            detail["callback"]!,
            (await tenant.ReadDataAsync("/api/saas/events/logs"))[0]!,
            (await tenant.ReadDataAsync("/api/saas/runs"))[0]!,
            await tenant.ReadDataAsync($"/api/saas/runs/{runId}"),
            (await tenant.ReadDataAsync("/api/saas/callbacks/logs"))[0]!,
            await tenant.ReadDataAsync($"/api/saas/callbacks/logs/{callbackId}"),
        })
        {
            var link = carrier.Text("traceUrl");
            link.ShouldStartWith(Root);
            using var stranger = server.CreateAnonymousClient();
            using var page = await stranger.GetAsync(link[(Root.Length - "/trace/".Length)..], TestContext.Current.CancellationToken);
            page.StatusCode.ShouldBe(HttpStatusCode.OK, carrier.ToJsonString());
        }
    }

    [Fact]
    public async Task A_repeated_trigger_gives_the_same_link_and_a_dry_run_gives_none()
    {
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("go");

        using var first = await tenant.FireAsync(body, key: "k");
        using var again = await tenant.FireAsync(body, key: "k");
        using var dry = await tenant.FireAsync(body, query: "?dryRun=true");

        var link = (await first.ReadDataAsync())!.Text("traceUrl");
        (await again.ReadDataAsync())!.Text("traceUrl").ShouldBe(link);
        (await dry.ReadDataAsync())!["traceUrl"].ShouldBeNull();
    }

    [Fact]
    public async Task The_test_twins_link_shows_its_own_story_whatever_its_clock_says()
    {
        var twin = new Twin(await server.CreateTenantAsync());
        await twin.AdvanceAsync(TimeSpan.FromDays(30));
        await twin.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "send_whatsapp", "config": { "templateName": "hi", "language": "en_US" } }"""));
        var answer = await twin.FireAsync(EventIntents.Event("go"));
        await Incidents.Until.DrainAsync(server);

        using var stranger = server.CreateAnonymousClient();
        var html = await stranger.GetStringAsync(answer.Text("traceUrl")[(Root.Length - "/trace/".Length)..], TestContext.Current.CancellationToken);

        html.ShouldContain("Test mode: messages stay in the sandbox");
        html.ShouldContain("was handed to the sandbox");
    }

    [Fact]
    public async Task A_twins_callback_shows_the_real_time_that_was_signed_though_its_clock_is_ahead()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var twin = new Twin(await server.CreateTenantAsync());
        await twin.AdvanceAsync(TimeSpan.FromDays(30));
        var answer = await twin.FireAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        var received = await receiver.NextAsync();

        JsonNode? attempt = null;
        while (attempt is null)
        {
            await Incidents.Until.DrainAsync(server);
            attempt = (await twin.GetAsync($"/api/saas/trace/{answer.Text("eventLogId")}"))["entries"]!.AsArray().Select(entry => entry!["attempt"]).FirstOrDefault(one => one is not null);
        }

        attempt["signed"]!.Text("webhookTimestamp").ShouldBe(received.Headers["webhook-timestamp"]);
    }
}
