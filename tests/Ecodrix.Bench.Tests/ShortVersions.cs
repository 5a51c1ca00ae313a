using Ecodrix.Bench.Crash;
using Ecodrix.Bench.Emits;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Ecodrix.Bench.Tests;

/// <summary>The short versions of what <c>docs/performance.md</c> describes: what is lost and doubled is judged, never speed.</summary>
public sealed class ShortVersions
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SoonerThanTheLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Five_kills_under_load_lose_nothing_and_double_nothing()
    {
        var report = await CrashAsync(new CrashPlan(5) { LongestUp = TimeSpan.FromSeconds(1.5) });

        report.Acknowledged.ShouldBeGreaterThan(0);
        (report.Verdict.Lost, report.Verdict.Doubled, report.Verdict.Unexplained).ShouldBe((0, 0, 0));
        report.LeftAfterReports.ShouldBeOneOf(null, 0);
    }

    [Fact]
    public async Task Without_the_record_of_effects_the_harness_reports_doubles()
    {
        var report = await CrashAsync(new CrashPlan(3) { WithEffectRecord = false, LongestUp = TimeSpan.FromSeconds(1.5) });

        report.Verdict.Doubled.ShouldBeGreaterThan(0);
        report.Verdict.Lost.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_asked_to_stop_loses_nothing_doubles_nothing_and_leaves_nothing_unknown()
    {
        var report = await CrashAsync(new CrashPlan(2) { Gently = true, LongestUp = TimeSpan.FromSeconds(1.5) });

        report.Stops.Count.ShouldBe(2);
        (report.Verdict.Lost, report.Verdict.Doubled, report.Verdict.Unknown).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task A_quiet_tenants_messages_all_leave_once_beside_every_kind_of_noise()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Hang);

        var report = await Fairness.MeasureAsync(new FairnessPlan(Waiting: 200, Noisy: 5) { Rate = 10, Duration = TimeSpan.FromSeconds(2) }, limit.Token);

        report.Neighbourhoods.Select(neighbourhood => (neighbourhood.Latencies.Count, neighbourhood.Latencies.Errors)).ShouldBe(Enumerable.Repeat((20L, 0L), 3));
        (report.Idle.Count, report.Idle.Errors).ShouldBe((80L, 0L));
    }

    [Fact]
    public async Task Every_client_of_a_room_hears_every_emit_of_this_library_and_of_the_reference_server()
    {
        var report = await EmitBench.MeasureAsync(new EmitPlan(Clients: 150, Rate: 100, TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken);

        report.Own.Heard.ShouldBe(report.Plan.Deliveries);
        Assert.SkipUnless(Emitter.WhyNoNode is null, "Of the reference server: " + Emitter.WhyNoNode);
        report.Node.ShouldNotBeNull().Heard.ShouldBe(report.Plan.Deliveries);
    }

    private static async Task<CrashReport> CrashAsync(CrashPlan plan)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Hang);
        return await CrashHarness.RunAsync(plan with { Patience = SoonerThanTheLimit }, limit.Token);
    }
}
