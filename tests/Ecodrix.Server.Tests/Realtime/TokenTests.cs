using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Realtime;

public sealed class TokenTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    private readonly ServerFixture server = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.WithClock(clock).InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_token_opens_its_tenant_until_it_runs_out()
    {
        var tenant = await server.CreateTenantAsync();

        var issued = await IssueAsync(tenant, """{"expiresInSeconds":60}""");

        issued.Text("expiresAt").ShouldBe(Instants.Write(clock.GetUtcNow().AddSeconds(60)));
        (await FindAsync(issued.Text("token")))!.Tenant.ShouldBe(tenant.Code);
        clock.Advance(TimeSpan.FromSeconds(60));
        (await FindAsync(issued.Text("token"))).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"expiresInSeconds":0}""")]
    [InlineData("""{"expiresInSeconds":-5}""")]
    [InlineData("""{"expiresInSeconds":86401}""")]
    [InlineData("""{"expiresInSeconds":1.5}""")]
    [InlineData("""{"expiresInSeconds":1e300}""")]
    [InlineData("""{"expiresInSeconds":"60"}""")]
    [InlineData("""{"expiresInSeconds":[60]}""")]
    [InlineData("""{"expiresInSeconds":true}""")]
    public async Task A_wrong_life_is_refused_by_its_name(string body)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, RealtimeIntents.Token, body);

        var refused = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        refused["errors"]!["expiresInSeconds"].ShouldNotBeNull();
        IsWatched(tenant).ShouldBeFalse();
    }

    [Fact]
    public async Task A_day_is_the_longest_and_an_hour_is_the_life_of_one_that_does_not_say()
    {
        var tenant = await server.CreateTenantAsync();

        (await IssueAsync(tenant, """{"expiresInSeconds":86400}""")).Text("expiresAt").ShouldBe(Instants.Write(clock.GetUtcNow().AddDays(1)));
        (await IssueAsync(tenant, """{}""")).Text("expiresAt").ShouldBe(Instants.Write(clock.GetUtcNow().AddHours(1)));
        (await IssueAsync(tenant, """{"expiresInSeconds":null}""")).Text("expiresAt").ShouldBe(Instants.Write(clock.GetUtcNow().AddHours(1)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("erix_rt_")]
    [InlineData("erix_rt_0000000000000000000000000000000000000000")]
    [InlineData("erix_live_00000000000000000000000000000000000000")]
    public async Task What_was_never_issued_opens_nothing(string? text) => (await FindAsync(text)).ShouldBeNull();

    [Fact]
    public async Task A_token_of_the_test_twin_is_the_twins_alone()
    {
        var tenant = await server.CreateTenantAsync();
        var token = await tenant.WatchAsync(twin: true);

        (await FindAsync(token))!.Tenant.ShouldBe(tenant.Code + "_test");
        IsWatched(tenant).ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_itself_stands_in_its_answer_and_nowhere_else()
    {
        var tenant = await server.CreateTenantAsync();
        var token = await tenant.WatchAsync();
        var secret = token[8..];
        using var admin = new Tenants.Operator(server);
        var audit = await admin.AskAsync(HttpMethod.Get, "/api/admin/audit?limit=200");

        var stored = await server.Services.GetRequiredService<IServicesDatabase>().Documents<RealtimeToken>().QueryAsync(new DocumentQuery(Condition.Eq("tenant", tenant.Code), 10), Cancelled);

        stored.ShouldHaveSingleItem().ToString().ShouldNotContain(secret);
        server.Logs.Lines.Any(line => line.Contains(secret, StringComparison.Ordinal)).ShouldBeFalse();
        audit.ToJsonString().ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_suspended_client_is_issued_none()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = new Tenants.Operator(server);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = "suspended" });

        using var response = await tenant.PostAsync(RealtimeIntents.Token, new JsonObject());

        await response.ShouldFailAsync(HttpStatusCode.Forbidden, "CLIENT_SUSPENDED");
    }

    [Fact]
    public async Task Tokens_that_have_run_out_are_swept_and_an_erased_tenants_go_with_it()
    {
        var tenant = await server.CreateTenantAsync();
        await IssueAsync(tenant, """{"expiresInSeconds":10}""");
        clock.Advance(TimeSpan.FromSeconds(11));
        await IssueAsync(tenant, """{"expiresInSeconds":10}""");
        await tenant.WatchAsync(twin: true);
        (await CountAsync(tenant.Code)).ShouldBe(1);

        using var reset = await tenant.TestHttp.PostAsync("/api/saas/sandbox/reset", null, Cancelled);
        await reset.ReadDataAsync();

        (await CountAsync(tenant.Code + "_test")).ShouldBe(0);
        (await CountAsync(tenant.Code)).ShouldBe(1);
        server.Services.GetRequiredService<Watchers>().IsWatched(tenant.Code + "_test").ShouldBeFalse();
    }

    private bool IsWatched(TenantClient tenant) => server.Services.GetRequiredService<RealtimeDoor>().IsWatched(tenant.Code);

    private Task<RealtimeToken?> FindAsync(string? text) => server.Services.GetRequiredService<TokenBook>().FindAsync(text, Cancelled);

    private Task<int> CountAsync(string tenant) =>
        server.Services.GetRequiredService<IServicesDatabase>().Documents<RealtimeToken>().CountAsync(Condition.Eq("tenant", tenant), 10, Cancelled);

    private static async Task<JsonNode> IssueAsync(TenantClient tenant, string body)
    {
        using var response = await tenant.SendTextAsync(HttpMethod.Post, RealtimeIntents.Token, body);
        return (await response.ReadDataAsync())!;
    }
}
