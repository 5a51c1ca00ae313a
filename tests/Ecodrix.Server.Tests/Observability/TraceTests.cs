using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using CallbackReceiver = Ecodrix.Server.Tests.Callbacks.CallbackReceiver;

namespace Ecodrix.Server.Tests.Observability;

public sealed class TraceTests
{
    private const string Trigger = "/api/saas/workflows/trigger";

    private static readonly string Send = """{ "type": "send_whatsapp", "config": { "templateName": "hello", "variables": ["you"] } }""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_events_request_work_step_message_and_callback_are_one_trace_that_the_receiver_can_go_on_with()
    {
        using var traces = new Traces();
        await using var providers = await Providers.StartAsync(mail: false);
        await using var receiver = await CallbackReceiver.StartAsync();
        providers.Meta.Add(new MetaTemplate("hello", "en_US", "Hi {{1}}"));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", Send));

        var answer = await FireAsync(tenant, traces, EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        var callback = await receiver.NextAsync();
        await tenant.UntilAsync($"/api/saas/events/logs/{answer.Text("eventLogId")}", log => log.Text("callbackStatus") is "delivered");
        await providers.Server.Services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);

        var (request, accept, work, step, message, delivery) = (
            traces.Named($"POST {Trigger}"), traces.Named("accept event"), traces.Named("work event"), traces.Named("step send_whatsapp"), traces.Named("whatsapp"), traces.Named("callback"));
        new[] { request, accept, work, step, message, delivery }.Select(traces.ParentOf)
            .ShouldBe(["caller", request.DisplayName, accept.DisplayName, work.DisplayName, step.DisplayName, work.DisplayName]);
        callback.Headers["traceparent"].ShouldBe(delivery.Id);
        (work.GetTagItem("ecodrix.tenant"), work.GetTagItem("ecodrix.event_id")).ShouldBe((tenant.Code, answer.Text("eventLogId")));
        (step.GetTagItem("ecodrix.run_id"), step.GetTagItem("ecodrix.outcome")).ShouldBe((answer["runs"]![0]!.Text("runId"), "done"));
        message.GetTagItem("ecodrix.outcome").ShouldBe("sent");
        request.GetTagItem("http.route").ShouldBe(Trigger);
    }

    [Fact]
    public async Task Work_that_waited_over_a_restart_goes_on_in_the_trace_of_its_request()
    {
        using var traces = new Traces();
        var folder = Directory.CreateTempSubdirectory("ecodrix-trace-");
        await using var receiver = await CallbackReceiver.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string eventId;
        await using (var first = await StartAsync(folder, clock))
        {
            var tenant = await first.CreateTenantAsync();
            var answer = await FireAsync(
                tenant,
                traces,
                EventIntents.Event("later", change: body => (body["delayMinutes"], body["callbackUrl"]) = (30, receiver.Url.AbsoluteUri)),
                HttpStatusCode.Accepted);
            eventId = answer.Text("eventLogId");
        }

        traces.Spans.ShouldNotContain(span => span.DisplayName == "work event");
        clock.Advance(TimeSpan.FromMinutes(31));
        await using var second = await StartAsync(folder, clock);
        await second.Services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);

        var callback = await receiver.NextAsync();
        traces.ParentOf(traces.Named("work event")).ShouldBe("accept event");
        traces.Named("work event").GetTagItem("ecodrix.event_id").ShouldBe(eventId);
        callback.Headers["traceparent"].ShouldBe(traces.Named("callback").Id);
    }

    [Fact]
    public async Task Where_nothing_listens_a_callback_still_carries_the_requests_trace()
    {
        await using var server = await ServerFixture.StartAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Trigger)
        {
            Content = JsonContent.Create(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri)),
        };
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

        using var response = await tenant.Http.SendAsync(request, Cancelled);

        (await receiver.NextAsync()).Headers["traceparent"].ShouldStartWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
    }

    [Fact]
    public async Task A_provider_is_told_nothing_of_the_trace_nor_of_the_callers_baggage()
    {
        using var traces = new Traces();
        await using var providers = await Providers.StartAsync(mail: false);
        providers.Meta.Add(new MetaTemplate("hello", "en_US", "Hi {{1}}"));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", Send));
        string[] seen = ["nothing came"];
        providers.Meta.Script.Do(context =>
        {
            seen = [.. context.Request.Headers.Select(header => header.Key)];
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });

        await FireAsync(tenant, traces, EventIntents.Event("go"));
        await tenant.UntilAsync("/api/saas/runs", runs => runs[0]!["steps"]![0]!["attempts"]!.GetValue<int>() > 0 || runs[0]!.Text("status") is not "running");

        seen.ShouldContain("Authorization", StringComparer.Ordinal);
        seen.ShouldNotContain("traceparent", StringComparer.OrdinalIgnoreCase);
        seen.ShouldNotContain("baggage", StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_collector_gets_the_traces_and_the_figures_over_OTLP()
    {
        await using var collector = await CallbackReceiver.StartAsync();
        await using (var server = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.GetLeftPart(UriPartial.Authority),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "an-engine-of-ours",
        }))
        {
            var tenant = await server.CreateTenantAsync();
            await tenant.FiredAsync(EventIntents.Event("go"));
        }

        var received = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!received.ContainsKey("/v1/traces") || !received.ContainsKey("/v1/metrics"))
        {
            var next = await collector.NextAsync();
            received[next.Target] = received.GetValueOrDefault(next.Target) + next.Body;
        }

        received["/v1/traces"].ShouldContain("accept event");
        received["/v1/traces"].ShouldContain("an-engine-of-ours");
        received["/v1/traces"].ShouldContain($"POST {Trigger}");
        received["/v1/metrics"].ShouldContain("ecodrix.intake");
    }

    private static async Task<ServerFixture> StartAsync(DirectoryInfo folder, TimeProvider clock)
    {
        var server = new ServerFixture()
            .With("ECODRIX_DATABASE", TestStorage.Services(folder.FullName))
            .With("ECODRIX_TENANT_DATABASE", TestStorage.Tenants(folder.FullName))
            .WithClock(clock);
        await server.InitializeAsync();
        return server;
    }

    private static async Task<JsonNode> FireAsync(TenantClient tenant, Traces traces, JsonNode body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Trigger) { Content = JsonContent.Create(body) };
        request.Headers.Add("traceparent", traces.Traceparent);
        request.Headers.Add("baggage", "person=somebody");
        using var response = await tenant.Http.SendAsync(request, Cancelled);
        return (await response.ReadDataAsync(expected))!;
    }
}
