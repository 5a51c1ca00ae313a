using Ecodrix.Bench.Clusters;
using Ecodrix.Bench.Crash;

namespace Ecodrix.Bench.Tests;

/// <summary>The short versions of what is measured over a server that speaks MongoDB's protocol: what is lost, doubled and changed is judged, never speed.</summary>
public sealed class ClusterVersions
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Two_instances_that_are_killed_in_turns_lose_nothing_double_nothing_and_take_over_what_the_other_held()
    {
        var report = await LimitedAsync(token => CrashHarness.RunAsync(
            new CrashPlan(3) { LongestUp = TimeSpan.FromSeconds(1.5), MongoDb = TestServer.Uri, Instances = 2, EndsLeasesSoon = true, RepeatsFor = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(90) },
            token));

        report.Acknowledged.ShouldBeGreaterThan(0);
        (report.Verdict.Lost, report.Verdict.Doubled, report.Verdict.Unexplained).ShouldBe((0, 0, 0));
        report.LeftAfterReports.ShouldBeOneOf(null, 0);
        report.Takeovers.Count.ShouldBe(3);
        report.Takeovers.Sum(taken => taken.Held).ShouldBeGreaterThan(0);
        report.Takeovers.Sum(taken => taken.Left).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tenant_whose_server_is_gone_for_a_while_loses_nothing_and_keeps_the_order_of_each_lead(bool silently)
    {
        var report = await LimitedAsync(token => OutageHarness.RunAsync(
            new OutagePlan(TestServer.Uri)
            {
                Before = TimeSpan.FromSeconds(2),
                Outage = TimeSpan.FromSeconds(5),
                After = TimeSpan.FromSeconds(2),
                Rate = 40,
                RateOfOther = 5,
                Silently = silently,
            },
            token));

        report.Deferred.ShouldBeGreaterThan(0);
        (report.Refused, report.Lost, report.Doubled, report.Unknown, report.OutOfOrder).ShouldBe((0, 0, 0, 0, 0));
        report.Settled.ShouldNotBeNull();
        (report.OtherBefore.Errors, report.OtherDuring.Errors).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_tenant_that_is_moved_there_and_back_under_load_answers_every_request_and_keeps_every_document_byte_for_byte()
    {
        var report = await LimitedAsync(token => MoveHarness.RunAsync(
            new MovePlan(TestServer.Uri) { Leads = 300, Rate = 20, Around = TimeSpan.FromSeconds(1), HoldsShortly = true }, token));

        report.Triggers.Keys.Except([200, 202]).ShouldBeEmpty();
        report.Reads.Keys.Except([200]).ShouldBeEmpty();
        (report.Lost, report.Doubled).ShouldBe((0, 0));
        report.Documents.ShouldBeGreaterThan(300);
        report.Different.ShouldBe(0);
        report.IsSameThere.ShouldBeTrue();
    }

    private static async Task<TReport> LimitedAsync<TReport>(Func<CancellationToken, Task<TReport>> runAsync)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Hang);
        return await runAsync(limit.Token);
    }
}
