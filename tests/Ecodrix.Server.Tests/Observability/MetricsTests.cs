using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Observability;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Observability;

public sealed partial class MetricsTests
{
    private const string Token = "a-token-that-only-prometheus-knows";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_production_without_a_token_there_is_no_such_route()
    {
        await using var server = await ServerFixture.StartAsync();
        using var response = await GetAsync(server, bearer: "anything");

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Only_the_token_opens_it_and_neither_a_tenants_key_nor_an_operators_does()
    {
        await using var server = await WithTokenAsync();
        var tenant = await server.CreateTenantAsync();

        foreach (var wrong in new[] { null, "", Token + "x", Token[..^1], tenant.LiveKey, ServerFixture.AdminKey })
        {
            using var refused = await GetAsync(server, wrong);
            await refused.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        using var keyed = await tenant.GetAsync("/metrics");
        await keyed.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        using var admin = server.CreateAdminClient();
        using var operated = await admin.GetAsync("/metrics", Cancelled);
        await operated.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

        using var right = await GetAsync(server, Token);
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        right.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
    }

    [Fact]
    public async Task In_development_it_is_open()
    {
        await using var server = await ServerFixture.StartAsync("Development");
        using var response = await GetAsync(server, bearer: null);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_events_way_shows_in_the_figures()
    {
        await using var server = await WithTokenAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "add_tag", "config": { "tag": "hot" } }"""));
        var before = await ReadAsync(server);

        var (answer, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        using var refused = await tenant.FireAsync(EventIntents.Event("go", change: body => body.Remove("trigger")));
        await refused.ShouldFailAsync(HttpStatusCode.BadRequest, "MISSING_REQUIRED");
        await tenant.UntilAsync($"/api/saas/events/logs/{answer.Text("eventLogId")}", log => log.Text("callbackStatus") is "delivered");
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);

        // Other tests of this process count into the same instruments, so "at least".
        var after = await ReadAsync(server);
        string[] grown =
        [
            """ecodrix_intake_total{outcome="accepted"}""",
            """ecodrix_intake_total{outcome="missing_required"}""",
            """ecodrix_steps_total{type="add_tag",outcome="done"}""",
            """ecodrix_step_duration_seconds_count{type="add_tag"}""",
            """ecodrix_callbacks_total{outcome="delivered"}""",
            """ecodrix_channel_duration_seconds_count{channel="callback",outcome="delivered"}""",
            """ecodrix_http_request_duration_seconds_count{method="POST",route="/api/saas/workflows/trigger",status="200"}""",
            """ecodrix_work_settled_total{type="event"}""",
            "ecodrix_commit_size_count",
            "ecodrix_write_wait_seconds_count",
        ];
        foreach (var name in grown)
        {
            after.GetValueOrDefault(name).ShouldBeGreaterThan(before.GetValueOrDefault(name), name);
        }

        // These are this server's own.
        after[$$"""ecodrix_tenant_events_total{tenant="{{tenant.Code}}",result="accepted"}"""].ShouldBe(1);
        after[$$"""ecodrix_tenant_events_total{tenant="{{tenant.Code}}",result="completed"}"""].ShouldBe(1);
        after[$$"""ecodrix_tenant_requests_total{tenant="{{tenant.Code}}",result="refused"}"""].ShouldBe(1);
        after["""ecodrix_queue_depth{lane="interactive"}"""].ShouldBe(0);
        after["ecodrix_database_up"].ShouldBe(1);
        after.Keys.ShouldContain(name => name.StartsWith("dotnet_gc_collections_total", StringComparison.Ordinal));
        after.ContainsKey("process_working_set_bytes").ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_waits_shows_as_depth_and_age_and_the_database_is_asked_at_most_every_five_seconds()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await WithTokenAsync(fixture => fixture.WithClock(clock));
        using var admin = new Tenants.Operator(server);
        var tenant = await server.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 1), HttpStatusCode.Accepted);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new System.Text.Json.Nodes.JsonObject { ["status"] = "paused" });

        (await ReadAsync(server))["""ecodrix_queue_depth{lane="interactive"}"""].ShouldBe(0);
        clock.Advance(TimeSpan.FromMinutes(2));
        var late = await ReadAsync(server);
        late["""ecodrix_queue_depth{lane="interactive"}"""].ShouldBe(1);
        late["""ecodrix_queue_oldest_due_seconds{lane="interactive"}"""].ShouldBe(60, 1);

        clock.Advance(TimeSpan.FromSeconds(4));
        (await ReadAsync(server))["""ecodrix_queue_oldest_due_seconds{lane="interactive"}"""].ShouldBe(60, 1);
        clock.Advance(TimeSpan.FromSeconds(2));
        (await ReadAsync(server))["""ecodrix_queue_oldest_due_seconds{lane="interactive"}"""].ShouldBe(66, 1);
    }

    [Fact]
    public async Task Five_hundred_tenants_make_no_more_than_a_hundred_names_and_nothing_is_left_uncounted()
    {
        var clock = new FakeTimeProvider();
        await using var server = await WithTokenAsync(fixture => fixture.WithClock(clock));
        var figures = server.Services.GetRequiredService<TenantFigures>();
        for (var tenant = 0; tenant < 500; tenant++)
        {
            figures.Note($"T{tenant}", TenantFigure.EventsAccepted);
        }

        var first = Tenants(await ReadAsync(server));
        first.Count.ShouldBe(TenantFigures.MostNamed + 1);
        first.Values.Sum().ShouldBe(500);
        first[TenantFigures.Others].ShouldBe(400);

        // Of the next ten minutes the last hundred are the busiest: they are named, and whom they displace is gone.
        for (var round = 0; round < 3; round++)
        {
            Enumerable.Range(400, 100).ToList().ForEach(tenant => figures.Note($"T{tenant}", TenantFigure.EventsAccepted));
        }

        clock.Advance(TimeSpan.FromMinutes(11));
        await ReadAsync(server);
        figures.Note("T499", TenantFigure.EventsAccepted);
        figures.Note("T0", TenantFigure.EventsAccepted);
        var second = Tenants(await ReadAsync(server));

        second.Count.ShouldBe(TenantFigures.MostNamed + 1);
        second["T499"].ShouldBe(1);
        second.ContainsKey("T0").ShouldBeFalse();
        second[TenantFigures.Others].ShouldBe(400 + 300 + 1);
    }

    private static Task<ServerFixture> WithTokenAsync() => WithTokenAsync(fixture => fixture);

    private static async Task<ServerFixture> WithTokenAsync(Func<ServerFixture, ServerFixture> change)
    {
        var server = change(new ServerFixture().With("ECODRIX_METRICS_TOKEN", Token));
        await server.InitializeAsync();
        return server;
    }

    private static async Task<HttpResponseMessage> GetAsync(ServerFixture server, string? bearer)
    {
        using var client = server.CreateAnonymousClient();
        if (bearer is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return await client.GetAsync("/metrics", Cancelled);
    }

    /// <summary>Every sample by its name with labels; each line is held against the text format.</summary>
    private static async Task<IReadOnlyDictionary<string, double>> ReadAsync(ServerFixture server)
    {
        using var response = await GetAsync(server, Token);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);

        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Comment().IsMatch(line))
            {
                continue;
            }

            var sample = Sample().Match(line);
            sample.Success.ShouldBeTrue(line);
            samples.Add(sample.Groups["name"].Value, double.Parse(sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private static Dictionary<string, double> Tenants(IReadOnlyDictionary<string, double> samples) =>
        samples.Select(sample => (Match: OfTenant().Match(sample.Key), sample.Value)).Where(sample => sample.Match.Success)
            .ToDictionary(sample => sample.Match.Groups["tenant"].Value, sample => sample.Value, StringComparer.Ordinal);

    [GeneratedRegex("^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* ", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*\})?) (?<value>[-+]?([0-9.eE+-]+|Inf|NaN))$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex("""^ecodrix_tenant_events_total\{tenant="(?<tenant>[^"]+)",result="accepted"\}$""", RegexOptions.ExplicitCapture)]
    private static partial Regex OfTenant();
}
