using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Loopback;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using CallbackReceiver = Ecodrix.Server.Tests.Callbacks.CallbackReceiver;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>With <c>ECODRIX_REDIS</c> instances keep their limits together and wake each other through it; without it they go on as they do alone.</summary>
public sealed class RedisSharingTests : IAsyncLifetime
{
    private static readonly SharedRate Number = new("whatsapp:1", TimeSpan.FromSeconds(10), Burst: 8);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private LoopbackRedis redis = null!;

    private TwoInstances both = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LoopbackRedis.WhyUnavailable() is not null, LoopbackRedis.WhyUnavailable() ?? "");
        redis = await LoopbackRedis.StartedAsync(Cancelled);
        both = await TwoInstances.StartAsync(clock, server => server.With("ECODRIX_REDIS", redis.Address), (InstanceRole.Api, InstanceRole.All));
        await UntilSharedAsync(both.First);
        await UntilSharedAsync(both.Second);
    }

    public async ValueTask DisposeAsync()
    {
        await (both?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Together_they_grant_a_tenant_its_rate_however_its_calls_are_spread()
    {
        var here = await TenantOfAsync(triggersPerMinute: 10);
        var other = await TenantOfAsync(triggersPerMinute: 10);

        (await here.FiredUntilLimitedAsync()).ShouldBeInRange(20, 21, "the burst, by one instance alone, and what a second or two fill");
        (await both.OnSecond(here).FiredUntilLimitedAsync()).ShouldBeInRange(0, 1);
        (await both.OnSecond(other).FiredUntilLimitedAsync()).ShouldBeInRange(20, 21, "another tenant has its own");

        using var refused = await here.FireAsync(EventIntents.Event("go"));
        refused.Headers.GetValues("RateLimit-Limit").ShouldBe(["10"], "the whole, and no share of it");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_limit_that_is_raised_is_felt_at_once()
    {
        var here = await TenantOfAsync(triggersPerMinute: 1);
        (await here.FiredUntilLimitedAsync()).ShouldBe(2);

        await LimitAsync(here, 5);

        (await both.OnSecond(here).FiredUntilLimitedAsync()).ShouldBeInRange(8, 9);
    }

    [Fact]
    public async Task A_sending_account_sends_no_faster_for_being_used_by_two()
    {
        ISharedRates[] rates = [Rates(both.First), Rates(both.Second)];
        SharedRate[] asked = [Number, new SharedRate("whatsapp:1:somebody", TimeSpan.FromSeconds(6), Burst: 45)];

        var taken = 0;
        for (var turn = 0; turn < 20; turn++)
        {
            taken += (await rates[turn % 2].TakeAsync(asked, TimeSpan.Zero, Cancelled)).ShouldNotBeNull().IsTaken ? 1 : 0;
        }

        taken.ShouldBe(8);
        var later = (await rates[0].TakeAsync(asked, TimeSpan.FromSeconds(60), Cancelled))!;
        (later.IsTaken, later.Wait > TimeSpan.FromSeconds(5)).ShouldBe((true, true), "the next is granted for its time");
        (await rates[1].TakeAsync([Number with { Name = "whatsapp:2" }], TimeSpan.Zero, Cancelled))!.IsTaken.ShouldBeTrue("another number has its own");
    }

    [Fact]
    public async Task What_a_provider_told_one_to_wait_the_other_waits_too()
    {
        await Rates(both.First).BlockAsync("whatsapp:3", TimeSpan.FromSeconds(30));

        var turn = (await Rates(both.Second).TakeAsync([Number with { Name = "whatsapp:3" }], TimeSpan.FromSeconds(1), Cancelled))!;

        turn.IsTaken.ShouldBeFalse();
        turn.Wait.ShouldBeInRange(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_the_one_accepts_the_other_hears_of_through_redis_and_is_not_called()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await both.First.CreateTenantAsync();

        // Less passes than until the next poll: what is done then is done because it was told.
        clock.Advance(TimeSpan.FromMilliseconds(60));
        var (fired, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));

        callback.Json.Text("eventLogId").ShouldBe(fired.Text("eventLogId"));
        both.CallsTo("second").ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_redis_is_away_each_grants_its_share_nobody_waits_and_wakes_are_calls(bool silently)
    {
        var here = await TenantOfAsync(triggersPerMinute: 10);
        await (silently ? redis.HangAsync(Cancelled) : redis.StopAsync());

        var began = Stopwatch.GetTimestamp();
        (await here.FiredUntilLimitedAsync()).ShouldBe(10, "half of a burst of twenty");
        (await both.OnSecond(here).FiredUntilLimitedAsync()).ShouldBe(10);
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(8));

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (both.CallsTo("second") == 0)
        {
            clock.Advance(TimeSpan.FromMilliseconds(60));
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    [Fact]
    public async Task A_redis_that_comes_back_empty_is_used_again()
    {
        var here = await TenantOfAsync(triggersPerMinute: 10);
        await redis.StopAsync();
        (await here.FiredUntilLimitedAsync()).ShouldBe(10);

        await redis.StartAsync(Cancelled);
        await UntilSharedAsync(both.First);

        using var fired = await here.FireAsync(EventIntents.Event("go"));
        fired.StatusCode.ShouldBe(HttpStatusCode.OK);
        fired.Headers.GetValues("RateLimit-Remaining").ShouldBe(["19"]);
    }

    /// <summary>Connections stand, and whatever was left alone for a while is asked again.</summary>
    private async Task UntilSharedAsync(ServerFixture server)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await Rates(server).TakeAsync([Number with { Name = "probe" }], TimeSpan.FromHours(10), Cancelled) is null)
        {
            clock.Advance(TimeSpan.FromMilliseconds(200));
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    private static ISharedRates Rates(ServerFixture server) => server.Services.GetRequiredService<ISharedRates>();

    private async Task<TenantClient> TenantOfAsync(int triggersPerMinute)
    {
        var tenant = await both.First.CreateTenantAsync();
        await LimitAsync(tenant, triggersPerMinute);
        return tenant;
    }

    private async Task LimitAsync(TenantClient tenant, int triggersPerMinute)
    {
        using var admin = new Operator(both.First);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["limits"] = new JsonObject { ["triggersPerMinute"] = triggersPerMinute } });
        clock.Advance(TimeSpan.FromSeconds(1.5));
    }
}
