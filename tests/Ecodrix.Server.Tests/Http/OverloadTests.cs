using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http.Intake;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Http;

/// <summary>When new work is refused, whom that concerns, and that it ends by itself.</summary>
public sealed class OverloadTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private readonly StatedLoad load = new();

    private readonly StatedDisk disk = new();

    private ServerFixture? server;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Who_would_wait_more_than_two_seconds_for_a_commit_is_told_when_to_come_back()
    {
        var tenant = await StartAsync();
        load.ExpectedWait = TimeSpan.FromSeconds(2);
        await tenant.FiredAsync(EventIntents.Event("slow"));

        load.ExpectedWait = TimeSpan.FromSeconds(2.5);
        (await ShouldBeRefusedAsync(tenant)).Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));

        load.ExpectedWait = TimeSpan.Zero;
        await tenant.FiredAsync(EventIntents.Event("slow"));
    }

    [Fact]
    public async Task Only_new_work_is_refused()
    {
        var tenant = await StartAsync();
        var before = await tenant.FiredAsync(EventIntents.Event("before"));
        load.ExpectedWait = TimeSpan.FromMinutes(1);

        await tenant.ReadDataAsync($"/api/saas/events/logs/{before.Text("eventLogId")}");
        await tenant.ReadDataAsync("/api/crm/leads");
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", """{ "type": "stop" }"""));
        using var cancelled = await tenant.PostAsync("/api/saas/runs/cancel", new JsonObject { ["leadId"] = before.Text("leadId") });
        await cancelled.ReadDataAsync();
        await server!.CreateTenantAsync();
        using var stranger = server.CreateAnonymousClient();
        foreach (var path in new[] { "/health/ready", "/health/live", "/api/saas/health" })
        {
            using var health = await stranger.GetAsync(path, TestContext.Current.CancellationToken);
            health.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }

        (await ShouldBeRefusedAsync(tenant)).Dispose();
    }

    [Fact]
    public async Task Every_route_that_makes_work_is_held_to_it()
    {
        await StartAsync();
        var marked = server!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<TakesInWork>() is not null)
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/'))
            .ToList();

        foreach (var path in new[]
        {
            "/api/saas/workflows/trigger", "/api/saas/events/logs/{logId}/replay", "/api/crm/sequences/enroll", "/api/saas/chat/send",
            "/api/saas/jobs/{jobId}/retry", "/api/saas/runs/{runId}/retry", "/api/saas/callbacks/logs/{callbackId}/resend", "/api/crm/leads",
        })
        {
            marked.Contains(path, StringComparer.Ordinal).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task A_disk_with_less_than_a_gibibyte_refuses_new_work_until_there_is_room_again()
    {
        var tenant = await StartAsync();
        disk.Bytes = 1024L * 1024 * 1024;
        await tenant.FiredAsync(EventIntents.Event("room"));

        disk.Bytes--;
        clock.Advance(TimeSpan.FromSeconds(6));
        await UntilRefusedAsync(tenant, "disk");

        disk.Bytes++;
        clock.Advance(TimeSpan.FromSeconds(6));
        await tenant.FiredAsync(EventIntents.Event("room"));
    }

    [Fact]
    public async Task A_backlog_beyond_its_limit_refuses_new_work_of_every_tenant_until_some_is_done()
    {
        var tenant = await StartAsync(new OverloadLimits { MostUnfinished = 2 });
        var other = await server!.CreateTenantAsync();
        var waiting = new List<JsonNode>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            waiting.Add(await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 60), HttpStatusCode.Accepted));
        }

        clock.Advance(TimeSpan.FromSeconds(6));
        await UntilRefusedAsync(tenant, "unfinished");
        (await ShouldBeRefusedAsync(other)).Dispose();

        using var cancelled = await tenant.PostAsync($"/api/saas/events/logs/{waiting[0].Text("eventLogId")}/cancel");
        await cancelled.ReadDataAsync();
        clock.Advance(TimeSpan.FromSeconds(6));
        await other.FiredAsync(EventIntents.Event("now"));
    }

    [Fact]
    public async Task Whoever_finds_the_services_file_locked_is_told_so_and_goes_on_when_it_is_free()
    {
        TestStorage.NeedsFiles("no other process can lock them.");
        var tenant = await StartAsync();
        await using (var foreign = new SqliteConnection($"Data Source={Path.Combine(server!.Folder, "services.db")};Pooling=False"))
        {
            await foreign.OpenAsync(TestContext.Current.CancellationToken);
            await using var taken = foreign.BeginTransaction(deferred: false);

            using var fired = await tenant.FireAsync(EventIntents.Event("locked"));
            (await fired.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE")).Text("message").ShouldBe("The database cannot answer now.");
            fired.Headers.RetryAfter.ShouldNotBeNull();
        }

        await tenant.FiredAsync(EventIntents.Event("free"));
    }

    private async Task<TenantClient> StartAsync(OverloadLimits? limits = null)
    {
        server = new ServerFixture().WithClock(clock).With(all => all
            .Replace(ServiceDescriptor.Singleton<IStorageLoad>(load))
            .Replace(ServiceDescriptor.Singleton<IDiskSpace>(disk))
            .Replace(ServiceDescriptor.Singleton(limits ?? new OverloadLimits())));
        await server.InitializeAsync();
        return await server.CreateTenantAsync();
    }

    private static async Task<HttpResponseMessage> ShouldBeRefusedAsync(TenantClient tenant)
    {
        var refused = await tenant.FireAsync(EventIntents.Event("refused"));
        await refused.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        return refused;
    }

    /// <summary>The figures are refreshed beside the request that finds them old.</summary>
    private static async Task UntilRefusedAsync(TenantClient tenant, string why)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; turn < 500; turn++)
        {
            using var response = await tenant.FireAsync(EventIntents.Event("refused"));
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable)
            {
                (await response.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE")).Text("message").ShouldContain(why);
                response.Headers.RetryAfter.ShouldNotBeNull();
                return;
            }

            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Fail("New work is still taken in.");
    }

    private sealed class StatedLoad : IStorageLoad
    {
        public TimeSpan ExpectedWait { get; set; }
    }

    private sealed class StatedDisk : IDiskSpace
    {
        public long Bytes { get; set; } = long.MaxValue;

        public long? Free() => Bytes;
    }
}
