using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Limits;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Http;

public sealed class LimitsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bucket_gives_its_burst_and_then_what_a_minute_fills()
    {
        var limits = new TenantLimits(() => 1, clock);
        var tenant = TenantId.Parse("ACME");

        (await limits.TakeTriggersAsync(tenant, ClientLimits.Defaults, 2_000, Cancelled)).Taken.ShouldBe(1_200);
        (await limits.TakeTriggersAsync(tenant, ClientLimits.Defaults, 1, Cancelled)).Taken.ShouldBe(0);

        clock.Advance(TimeSpan.FromMinutes(1));
        (await limits.TakeTriggersAsync(tenant, ClientLimits.Defaults, 2_000, Cancelled)).Taken.ShouldBe(600);
    }

    [Fact]
    public async Task A_tenant_and_its_twin_and_another_do_not_share()
    {
        var limits = new TenantLimits(() => 1, clock);
        var tenant = TenantId.Parse("ACME");
        await limits.TakeTriggersAsync(tenant, ClientLimits.Defaults, 1_200, Cancelled);

        (await limits.TakeTriggersAsync(tenant.Test, ClientLimits.Defaults, 1, Cancelled)).Taken.ShouldBe(1);
        (await limits.TakeTriggersAsync(TenantId.Parse("OTHER"), ClientLimits.Defaults, 1, Cancelled)).Taken.ShouldBe(1);
        (await limits.TakeRequestAsync(tenant, ClientLimits.Defaults, Cancelled)).Taken.ShouldBe(1);
    }

    [Fact]
    public async Task A_tenants_answer_says_what_is_left()
    {
        var tenant = await server.CreateTenantAsync();

        using var first = await tenant.GetAsync("/api/saas/account");
        using var second = await tenant.GetAsync("/api/saas/account");

        first.Headers.GetValues("RateLimit-Limit").ShouldBe(["3000"]);
        first.Headers.GetValues("RateLimit-Remaining").ShouldBe(["2999"]);
        int.Parse(second.Headers.GetValues("RateLimit-Remaining").Single(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThan(3000);
        second.Headers.GetValues("RateLimit-Reset").Single().ShouldMatch("^[0-9]+$");
    }

    [Fact]
    public async Task A_tenant_over_its_own_limit_is_told_when_to_come_back()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        using var content = new StringContent(new JsonObject { ["limits"] = new JsonObject { ["requestsPerMinute"] = 2 } }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var granted = await admin.PatchAsync($"/api/clients/{tenant.Code}", content, TestContext.Current.CancellationToken);
        granted.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var first = await tenant.GetAsync("/api/saas/account");
        using var second = await tenant.GetAsync("/api/saas/account");
        using var third = await tenant.GetAsync("/api/saas/account");

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        await third.ShouldFailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        third.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        third.Headers.GetValues("RateLimit-Remaining").ShouldBe(["0"]);
    }

    [Theory]
    [InlineData("/api/saas/account", "x-api-key", 20)]
    [InlineData("/api/clients", "x-core-api-key", 5)]
    public async Task Who_guesses_keys_is_stopped(string path, string header, int allowed)
    {
        using var guesser = server.CreateAnonymousClient();
        guesser.DefaultRequestHeaders.Add("x-client-code", "ACME");
        guesser.DefaultRequestHeaders.Add(header, "erix_live_guess");

        for (var attempt = 0; attempt < allowed; attempt++)
        {
            using var refused = await guesser.GetAsync(path, TestContext.Current.CancellationToken);
            await refused.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        using var stopped = await guesser.GetAsync(path, TestContext.Current.CancellationToken);
        await stopped.ShouldFailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        stopped.Headers.RetryAfter.ShouldNotBeNull();

        using var another = server.CreateAdminClient();
        using var elsewhere = await another.GetAsync("/api/clients", TestContext.Current.CancellationToken);
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stranger_gets_300_public_answers_a_minute()
    {
        using var stranger = server.CreateAnonymousClient();
        for (var request = 0; request < 300; request++)
        {
            using var response = await stranger.GetAsync("/health/live", TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var stopped = await stranger.GetAsync("/health/live", TestContext.Current.CancellationToken);
        await stopped.ShouldFailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
    }

    [Theory]
    [InlineData(0, "1.1.1.1", "9.9.9.9")]
    [InlineData(1, "1.1.1.1", "1.1.1.1")]
    [InlineData(1, "6.6.6.6, 1.1.1.1", "1.1.1.1")]
    [InlineData(2, "6.6.6.6, 2.2.2.2, 1.1.1.1", "2.2.2.2")]
    [InlineData(3, "1.1.1.1", "1.1.1.1")]
    [InlineData(1, "no address", "9.9.9.9")]
    [InlineData(1, "1.1.1.1:5555", "1.1.1.1")]
    public void Only_so_many_hops_are_believed_as_there_are_proxies_of_ours(int hops, string forwarded, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("9.9.9.9");
        context.Request.Headers["X-Forwarded-For"] = forwarded;

        ClientAddress.Of(context, hops).ShouldBe(IPAddress.Parse(expected));
    }

    [Fact]
    public void One_customers_IPv6_network_counts_as_one()
    {
        ClientAddress.Network(IPAddress.Parse("2001:db8:1:2:3::4")).ShouldBe(ClientAddress.Network(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        ClientAddress.Network(IPAddress.Parse("2001:db8:1:3::1")).ShouldNotBe(ClientAddress.Network(IPAddress.Parse("2001:db8:1:2::1")));
    }
}
