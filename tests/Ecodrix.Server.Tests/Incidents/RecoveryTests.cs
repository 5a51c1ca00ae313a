using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Callbacks.Recovery;
using Ecodrix.Server.Features.Events.Replays;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Incidents;

/// <summary>After an incident: callbacks are sent again, events fired again.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private const string Recover = "/api/saas/callbacks/recover";

    private const string Replay = "/api/saas/events/replay";

    private const string Since = "2026-03-15T00:00:00.000Z";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private readonly ServerFixture server = new();

    public async ValueTask InitializeAsync()
    {
        server.WithClock(clock);
        await server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Failed_callbacks_of_a_range_are_sent_again_once_under_their_ids()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.Gone, HttpStatusCode.Gone);
        var tenant = await server.CreateTenantAsync();
        string[] failed = [await FailAsync(tenant, receiver), await FailAsync(tenant, receiver)];
        clock.Advance(TimeSpan.FromMinutes(5));

        using var counted = await tenant.PostAsync(Recover, new JsonObject { ["since"] = Since, ["dryRun"] = true });
        (await counted.ReadDataAsync())!["matched"]!.GetValue<int>().ShouldBe(2);
        receiver.IsEmpty.ShouldBeTrue();

        var job = await StartAsync(tenant, Recover, new JsonObject { ["since"] = Since }, "recover-1");
        string[] sent = [(await receiver.NextAsync()).Headers["webhook-id"], (await receiver.NextAsync()).Headers["webhook-id"]];
        sent.Order(StringComparer.Ordinal).ShouldBe(failed.Order(StringComparer.Ordinal));
        (await StartAsync(tenant, Recover, new JsonObject { ["since"] = Since }, "recover-1")).ShouldBe(job);
        var ended = await tenant.ReadsAsync($"/api/saas/jobs/status/{job}", read => read.Text("status") is "completed");
        ended["progress"]!["done"]!.GetValue<int>().ShouldBe(2);
        ended["progress"]!["total"]!.GetValue<int>().ShouldBe(2);

        // A crash within the slice brings it back.
        await server.DrainAsync();
        await RepeatAsync<RecoveryJob>(tenant, job);
        await server.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Only_callbacks_to_the_named_address_and_of_the_named_status_are_recovered()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.Gone);
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await FailAsync(tenant, receiver);
        await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        await server.DrainAsync();
        clock.Advance(TimeSpan.FromMinutes(5));

        (await MatchedAsync(tenant, new() { ["since"] = Since })).ShouldBe(1);
        (await MatchedAsync(tenant, new() { ["since"] = Since, ["status"] = "delivered" })).ShouldBe(1);
        (await MatchedAsync(tenant, new() { ["since"] = Since, ["url"] = receiver.Url.AbsoluteUri })).ShouldBe(1);
        (await MatchedAsync(tenant, new() { ["since"] = Since, ["url"] = "https://else.example/" })).ShouldBe(0);
        (await MatchedAsync(tenant, new() { ["since"] = "2026-03-15T09:31:00.000Z" })).ShouldBe(0);
        (await MatchedAsync(other, new() { ["since"] = Since })).ShouldBe(0);
    }

    [Fact]
    public async Task Events_of_a_range_are_fired_again_exactly_once_even_over_a_crash()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(receiver.Url, "")));
        string[] fired = [await FireAsync(tenant, "go"), await FireAsync(tenant, "go")];
        await FireAsync(tenant, "other");
        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["delayMinutes"] = 600), HttpStatusCode.Accepted);
        await receiver.NextAsync();
        await receiver.NextAsync();
        clock.Advance(TimeSpan.FromMinutes(5));

        using var counted = await tenant.PostAsync(Replay, new JsonObject { ["since"] = Since, ["trigger"] = "go", ["dryRun"] = true });
        (await counted.ReadDataAsync())!["matched"]!.GetValue<int>().ShouldBe(2);

        var job = await StartAsync(tenant, Replay, new JsonObject { ["since"] = Since, ["trigger"] = "go" }, "replay-1");
        await receiver.NextAsync();
        await receiver.NextAsync();
        await tenant.ReadsAsync($"/api/saas/jobs/status/{job}", read => read.Text("status") is "completed");
        await RepeatAsync<ReplayJob>(tenant, job);
        await server.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();

        var origins = new List<string>();
        foreach (var entry in (await tenant.ReadDataAsync("/api/saas/events/logs?trigger=go")).AsArray())
        {
            origins.Add((await tenant.ReadEventAsync(entry!["_id"]!))["replayOf"]?.GetValue<string>() ?? "");
        }

        origins.Where(origin => origin.Length > 0).Order(StringComparer.Ordinal).ShouldBe(fired.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_replay_waits_for_the_next_day_when_the_days_events_are_used_up()
    {
        var tenant = await server.CreateTenantAsync();
        await FireAsync(tenant, "go");
        await FireAsync(tenant, "go");
        using var admin = new Tenants.Operator(server);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["limits"] = new JsonObject { ["dailyEvents"] = 3 } });
        clock.Advance(TimeSpan.FromMinutes(5));

        var job = await StartAsync(tenant, Replay, new JsonObject { ["since"] = Since }, "replay-1");
        await server.DrainAsync();
        var held = await tenant.ReadDataAsync($"/api/saas/jobs/status/{job}");
        held.Text("status").ShouldBe("queued");
        held["progress"]!["done"]!.GetValue<int>().ShouldBe(1);
        held.Text("lastError").ShouldContain("used up");

        clock.Advance(TimeSpan.FromDays(1));
        (await tenant.ReadsAsync($"/api/saas/jobs/status/{job}", read => read.Text("status") is "completed"))["progress"]!["done"]!.GetValue<int>().ShouldBe(2);
    }

    [Theory]
    [InlineData(Recover, "{}", "since")]
    [InlineData(Recover, """{ "since": "yesterday" }""", "since")]
    [InlineData(Recover, """{ "since": "2027-01-01T00:00:00.000Z" }""", "since")]
    [InlineData(Recover, """{ "since": "2026-03-14T00:00:00.000Z", "until": "2026-03-13T00:00:00.000Z" }""", "until")]
    [InlineData(Recover, """{ "since": "2026-03-14T00:00:00.000Z", "status": "lost" }""", "status")]
    [InlineData(Replay, "{}", "since")]
    [InlineData(Replay, """{ "since": 7 }""", "since")]
    [InlineData(Replay, """{ "since": "2026-03-14T00:00:00.000Z", "dryRun": "yes" }""", "dryRun")]
    public async Task A_range_that_is_none_is_refused_by_field(string path, string body, string field)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, path, body);

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(field);
    }

    [Fact]
    public async Task A_replay_of_no_trigger_is_refused()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.PostAsync(Replay, new JsonObject { ["since"] = Since, ["trigger"] = "two words" });

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_TRIGGER");
    }

    private async Task<string> FailAsync(TenantClient tenant, CallbackReceiver receiver)
    {
        var (_, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        await server.DrainAsync();
        return callback.Headers["webhook-id"];
    }

    private static async Task<string> FireAsync(TenantClient tenant, string trigger) => (await tenant.FiredAsync(EventIntents.Event(trigger))).Text("eventLogId");

    private static async Task<int> MatchedAsync(TenantClient tenant, JsonObject body)
    {
        body["dryRun"] = true;
        using var response = await tenant.PostAsync(Recover, body);
        return (await response.ReadDataAsync())!["matched"]!.GetValue<int>();
    }

    private static async Task<string> StartAsync(TenantClient tenant, string path, JsonObject body, string key)
    {
        using var response = await tenant.PostAsync(path, body, key);
        return (await response.ReadDataAsync(HttpStatusCode.Accepted))!.Text("jobId");
    }

    /// <summary>As after a crash before the settle: the job's first state once more.</summary>
    private async Task RepeatAsync<T>(TenantClient tenant, string job)
        where T : IWorkHandler
    {
        var cancelled = TestContext.Current.CancellationToken;
        var stored = (await server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>().FindAsync(job, cancelled))!;
        var database = await server.Services.GetRequiredService<ITenantDatabases>().OpenAsync(TenantId.Parse(tenant.Code), cancelled);
        var handler = server.Services.GetServices<IWorkHandler>().OfType<T>().Single();
        (await handler.AdvanceAsync(database, stored, _ => Task.FromResult(true), cancelled)).ShouldBeOfType<WorkOutcome.Done>();
    }
}
