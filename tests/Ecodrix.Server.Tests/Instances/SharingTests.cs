using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Instances;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>What all instances together may do is shared between them, and done once.</summary>
public sealed class SharingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private TwoInstances both = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => both = await TwoInstances.StartAsync(clock);

    public ValueTask DisposeAsync() => both.DisposeAsync();

    [Fact]
    public async Task Each_grants_its_share_of_a_tenants_rate_and_the_last_one_left_grants_all()
    {
        var here = await both.First.CreateTenantAsync();
        await LimitAsync(here, "triggersPerMinute", 10);
        var elsewhere = both.OnSecond(here);

        (await here.FiredUntilLimitedAsync()).ShouldBe(10, "half of a burst of twenty");
        (await elsewhere.FiredUntilLimitedAsync()).ShouldBe(10);

        await both.Second.Services.GetRequiredService<InstanceList>().LeaveAsync(Cancelled);
        await both.First.Services.GetRequiredService<InstanceList>().BeatAsync(Cancelled);
        clock.Advance(TimeSpan.FromMinutes(1));
        await both.First.Services.GetRequiredService<InstanceList>().BeatAsync(Cancelled);
        (await here.FiredUntilLimitedAsync()).ShouldBeGreaterThanOrEqualTo(5);
    }

    [Fact]
    public async Task However_small_a_rate_is_each_grants_one()
    {
        var here = await both.First.CreateTenantAsync();
        await LimitAsync(here, "requestsPerMinute", 1);

        using var first = await both.OnSecond(here).GetAsync("/api/saas/account");
        using var second = await both.OnSecond(here).GetAsync("/api/saas/account");

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        await second.ShouldFailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Together_they_let_a_client_fire_just_as_many_events_a_day_as_it_may(int most)
    {
        var here = await both.First.CreateTenantAsync();
        await LimitAsync(here, "dailyEvents", most);
        TenantClient[] ways = [here, both.OnSecond(here)];

        var granted = 0;
        for (var turn = 0; turn < 40; turn++)
        {
            using var fired = await ways[turn % 2].FireAsync(EventIntents.Event("go"));
            granted += fired.StatusCode is HttpStatusCode.OK ? 1 : 0;
            clock.Advance(TimeSpan.FromSeconds(2.1));
            await both.MeetAsync();
        }

        granted.ShouldBe(most);
    }

    [Fact]
    public async Task What_is_done_from_time_to_time_is_done_by_one_of_them()
    {
        var rounds = new[] { both.First, both.Second }.Select(server => server.Services.GetRequiredService<Rounds>()).ToList();
        async Task<int> BegunAsync()
        {
            var begun = await Task.WhenAll(rounds.Select(one => one.TryBeginAsync("sweep", TimeSpan.FromMinutes(10), Cancelled)));
            return begun.Count(did => did);
        }

        (await BegunAsync()).ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(5));
        (await BegunAsync()).ShouldBe(0);
        clock.Advance(TimeSpan.FromMinutes(5));
        (await BegunAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task One_that_falls_silent_counts_no_more_after_a_quarter_of_a_minute()
    {
        var first = both.First.Services.GetRequiredService<InstanceList>();
        first.Others.Single().Id.ShouldBe("second");

        clock.Advance(TimeSpan.FromSeconds(4));
        first.Others.Count.ShouldBe(1);
        await both.Second.Services.GetRequiredService<InstanceList>().LeaveAsync(Cancelled);
        await first.BeatAsync(Cancelled);
        first.Others.ShouldBeEmpty();
    }

    private async Task LimitAsync(TenantClient tenant, string limit, int most)
    {
        using var admin = new Operator(both.First);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["limits"] = new JsonObject { [limit] = most } });
        clock.Advance(TimeSpan.FromSeconds(1.5));
    }
}
