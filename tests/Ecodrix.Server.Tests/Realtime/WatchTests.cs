using System.Net;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Leads;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Numbered and kept is only what somebody may want to see.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private StreamScene scene = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await StreamScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_day_after_the_last_look_nothing_is_told_and_who_comes_back_is_told_to_read_anew()
    {
        var (client, tenant) = await scene.WatchedAsync();
        await client.CreateLeadAsync();
        (await client.ToldAsync()).Select(entry => entry.Seq()).ShouldBe([1]);

        scene.Clock.Advance(TimeSpan.FromHours(24));
        await client.CreateLeadAsync();
        await scene.Server.ToldAllAsync();
        (await scene.HeadAsync(tenant))!.LastSeq.ShouldBe(1);
        var lost = await client.ReadStreamAsync(1);
        (lost["reset"]!.GetValue<bool>(), lost["lastSeq"]!.GetValue<long>()).ShouldBe((true, 2));

        await client.WatchAsync();
        (await client.ReadStreamAsync(1))["reset"]!.GetValue<bool>().ShouldBeTrue();
        (await client.ReadStreamAsync(2))["reset"]!.GetValue<bool>().ShouldBeFalse();
        await client.CreateLeadAsync();
        (await client.ToldAsync(after: 2)).Select(entry => entry.Seq()).ShouldBe([3]);
        (await client.ReadStreamAsync(1))["reset"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Looking_again_within_a_day_goes_on_without_a_gap_and_costs_one_write_an_hour()
    {
        var (client, tenant) = await scene.WatchedAsync();
        await client.CreateLeadAsync();
        var noted = await VersionAsync(tenant);
        await client.WatchAsync();
        (await VersionAsync(tenant)).ShouldBe(noted);

        scene.Clock.Advance(TimeSpan.FromHours(23));
        await client.WatchAsync();
        (await VersionAsync(tenant)).ShouldBe(noted + 1);
        scene.Clock.Advance(TimeSpan.FromHours(23));
        await client.CreateLeadAsync();

        (await client.ToldAsync(after: 1)).Select(entry => entry.Seq()).ShouldBe([2]);
    }

    [Fact]
    public async Task Another_process_knows_at_its_start_and_by_following_who_is_watched()
    {
        var (_, before) = await scene.WatchedAsync();
        var other = new Watchers(scene.Get<IServicesDatabase>(), scene.Clock);
        await other.LoadAsync(Cancelled);
        other.IsWatched(before.Value).ShouldBeTrue();

        var (_, after) = await scene.WatchedAsync();
        other.IsWatched(after.Value).ShouldBeFalse();
        await other.FollowAsync(Cancelled);
        other.Find(after.Value)!.Period.ShouldBe(scene.Watchers.Find(after.Value)!.Period);
    }

    [Fact]
    public async Task After_a_kill_a_number_is_left_out_because_something_may_not_have_been_told_and_after_a_stop_none_is()
    {
        var (_, tenant) = await scene.WatchedAsync();
        var period = scene.Watchers.Find(tenant.Value)!.Period;
        await scene.AppendAsync(scene.History, tenant, null, ["a"]);
        await scene.Watchers.EndAloneAsync(Cancelled);
        (await StartedAsync()).Find(tenant.Value)!.Period.ShouldBe(period);

        var afterKill = await StartedAsync();
        string.Equals(afterKill.Find(tenant.Value)!.Period, period, StringComparison.Ordinal).ShouldBeFalse();
        var heir = new History(scene.Get<ITenantDatabases>(), afterKill, scene.Clock);
        var database = await scene.Get<ITenantDatabases>().OpenAsync(tenant, Cancelled);
        var lost = await heir.ReadAsync(database, 1, 10, Cancelled);
        (lost.IsLost, lost.LastSeq).ShouldBe((true, 2));
        await heir.AppendAsync(tenant, null, new NewEvents([new Told(StreamScene.Event("c"), scene.Clock.GetUtcNow())], afterKill.Find(tenant.Value)!.Period, IsBroken: false), Cancelled);
        (await heir.ReadAsync(database, 2, 10, Cancelled)).Entries.Single().Seq.ShouldBe(3);

        async Task<Watchers> StartedAsync()
        {
            var started = new Watchers(scene.Get<IServicesDatabase>(), scene.Clock);
            await started.LoadAsync(Cancelled);
            await started.BeginAloneAsync(Cancelled);
            return started;
        }
    }

    [Fact]
    public async Task What_was_kept_for_a_tenant_is_cleared_away_when_nobody_looks_any_more_and_its_numbers_still_go_on()
    {
        var (client, tenant) = await scene.WatchedAsync();
        await scene.AppendAsync(scene.History, tenant, null, Enumerable.Repeat("x", 20));
        await scene.AppendAsync(scene.History, tenant, null, Enumerable.Repeat("y", 20));
        (await scene.PagesAsync(tenant)).ShouldNotBeEmpty();

        scene.Clock.Advance(TimeSpan.FromHours(25));
        await scene.Get<WatchRounds>().SweepAsync(Cancelled);

        (await scene.PagesAsync(tenant)).ShouldBeEmpty();
        (await scene.HeadAsync(tenant))!.Open.ShouldBeEmpty();
        (await scene.Watchers.LapsedAsync(Cancelled)).ShouldBeEmpty();
        await client.WatchAsync();
        await client.CreateLeadAsync();
        (await client.ToldAsync(after: 41)).Select(entry => entry.Seq()).ShouldBe([42]);
    }

    [Fact]
    public async Task A_sweep_takes_nothing_of_who_is_watched()
    {
        var (client, tenant) = await scene.WatchedAsync();
        await client.CreateLeadAsync();
        await client.ToldAsync();

        await scene.Get<WatchRounds>().SweepAsync(Cancelled);

        (await scene.HeadAsync(tenant))!.Open.Count.ShouldBe(1);
        scene.Watchers.IsWatched(tenant.Value).ShouldBeTrue();
    }

    [Fact]
    public async Task A_twin_that_was_emptied_goes_on_with_its_numbers_and_what_was_before_is_lost()
    {
        var (client, _) = await scene.WatchedAsync();
        await client.WatchAsync(twin: true);
        await FireAsync(client);
        var last = (await client.ToldAsync(twin: true))[^1].Seq();
        last.ShouldBeGreaterThan(1);
        using var reset = await client.TestHttp.PostAsync("/api/saas/sandbox/reset", null, Cancelled);
        await reset.ReadDataAsync();
        (await client.ReadStreamAsync(last, twin: true))["reset"]!.GetValue<bool>().ShouldBeTrue();

        await client.WatchAsync(twin: true);
        await FireAsync(client);

        (await client.ToldAsync(after: last + 1, twin: true))[0].Seq().ShouldBe(last + 2);
        (await client.ReadStreamAsync(last, twin: true))["reset"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task While_the_database_does_not_answer_what_happens_is_kept_and_told_in_order_afterwards()
    {
        var (_, tenant) = await scene.WatchedAsync();
        var databases = new FrailDatabases(scene.Get<ITenantDatabases>()) { AreDown = true };
        var outlet = new RecordingOutlet();
        using var streams = scene.StreamsTo(outlet, databases);
        streams.Publish(tenant, StreamScene.Event("a"));
        streams.Publish(tenant, StreamScene.Event("b"));
        databases.AreDown = false;

        await TickUntilAsync(streams.WrittenAsync());

        outlet.Of(tenant.Value).Select(live => (live.Entry.Seq, StreamScene.TextOf(live.Event.Payload))).ShouldBe([(1, "a"), (2, "b")]);
        (await scene.ReadAllAsync(tenant)).ShouldBe([(1, "a"), (2, "b")]);
    }

    [Fact]
    public async Task When_too_much_waits_it_is_dropped_and_a_number_is_left_out()
    {
        var (_, tenant) = await scene.WatchedAsync();
        await scene.AppendAsync(scene.History, tenant, null, ["before"]);
        var databases = new FrailDatabases(scene.Get<ITenantDatabases>()) { AreDown = true };
        var outlet = new RecordingOutlet();
        using var streams = scene.StreamsTo(outlet, databases);
        for (var number = 0; number < 20_500; number++)
        {
            streams.Publish(tenant, StreamScene.Event($"{number}"));
        }

        databases.AreDown = false;
        await TickUntilAsync(streams.WrittenAsync());

        (await scene.ReadAsync(tenant, 1)).IsLost.ShouldBeTrue();
        StreamScene.TextOf(outlet.Of(tenant.Value)[^1].Event.Payload).ShouldBe("20499");
        outlet.Of(tenant.Value).Select(live => live.Entry.Seq).ShouldBeUnique();
    }

    [Theory]
    [InlineData("after=-1")]
    [InlineData("after=x")]
    [InlineData("after=1.5")]
    [InlineData("after=99999999999999999999")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    public async Task A_question_that_makes_no_sense_is_refused_by_its_name(string query)
    {
        var client = await scene.Server.CreateTenantAsync();

        using var response = await client.GetAsync($"{RealtimeIntents.Events}?{query}");

        var refused = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        refused["errors"]![query.Split('=')[0]].ShouldNotBeNull();
    }

    private static async Task FireAsync(TenantClient client) =>
        await new Sandbox.Twin(client).FireAsync(EventIntents.Event("go"));

    private async Task TickUntilAsync(Task done)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var turn = 0; !done.IsCompleted; turn++)
        {
            turn.ShouldBeLessThan(3_000);
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    private async Task<long> VersionAsync(TenantId tenant) =>
        (await scene.Get<IServicesDatabase>().Documents<Watch>().FindAsync(tenant.Value, Cancelled))!.Version;
}
