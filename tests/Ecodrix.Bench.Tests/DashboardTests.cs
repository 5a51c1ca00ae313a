using System.Text;
using Ecodrix.Bench.Dashboards;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Tests;

/// <summary>The short version of the soak of dashboards, and whether its judge can find fault.</summary>
public sealed class DashboardTests
{
    [Fact]
    public async Task Every_dashboard_ends_with_the_whole_sequence_of_its_tenant_and_nothing_of_anothers_however_often_it_leaves()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var plan = new SoakPlan(Tenants: 3, Clients: 8)
        {
            Rate = 10,
            Duration = TimeSpan.FromSeconds(6),
            OneRestlessIn = 2,
            LongestStay = TimeSpan.FromSeconds(1),
            Unwatched = TimeSpan.Zero,
        };

        var report = await DashboardSoak.RunAsync(plan, limit.Token);

        (report.Refused, report.Changed, report.Told).ShouldBe((0, 180, 180));
        (report.Missing, report.Tally.Foreign).ShouldBe((0, 0));
        (report.Tally.Gaps, report.Tally.Resets, report.Tally.Lost).ShouldBe((0, 0, 0));
        report.Tally.Recovered.ShouldBeGreaterThan(0);
        report.Tally.Anew.ShouldBeGreaterThan(0);
        report.Tally.Filled.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Every_dashboard_is_told_of_every_steps_end()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));

        var report = await StepLatency.RunAsync(20, TimeSpan.FromSeconds(2), dashboards: 2, limit.Token);

        (report.Missing, report.SinceEnd.Count, report.Interruptions).ShouldBe((0, 80, 0));
    }

    [Fact]
    public void A_number_that_is_left_out_is_missing_until_it_comes()
    {
        var sequence = new Sequence(from: 3);

        sequence.Add(4).ShouldBeTrue();
        sequence.Add(7).ShouldBeFalse();
        sequence.Add(6).ShouldBeFalse();
        (sequence.Last, sequence.MissingTo(7), sequence.MissingTo(5), sequence.MissingTo(9)).ShouldBe((4, 1, 1, 3));

        sequence.Add(5).ShouldBeTrue();
        (sequence.Last, sequence.MissingTo(7), sequence.Again).ShouldBe((7, 0, 0));
    }

    [Fact]
    public void A_number_that_comes_twice_is_counted_and_fills_nothing()
    {
        var sequence = new Sequence(from: 0);
        sequence.Add(1);
        sequence.Add(3);

        sequence.Add(1).ShouldBeFalse();
        sequence.Add(3).ShouldBeFalse();

        (sequence.Last, sequence.Again, sequence.MissingTo(3)).ShouldBe((1, 2, 1));
    }

    [Theory]
    [InlineData("of-SOAK1.7", true)]
    [InlineData("of-SOAK17.7", false)]
    [InlineData("of-SOAK1.7 of-SOAK2.9", false)]
    [InlineData("of-SOAK1.7 of-SOAK1.8", true)]
    [InlineData("nobody's", false)]
    public void An_event_that_names_another_tenant_or_none_is_foreign(string name, bool isOwn)
    {
        var tally = new Tally();
        var view = new SoakedView(Tenant("SOAK1", tally), TestContext.Current.CancellationToken);
        var frame = $$"""42["crm.lead_updated",{"lead":{"lastName":"{{name}}"},"seq":1,"at":"2026-03-15T09:30:00.000Z"},"x-1"]""";

        view.Hear(Encoding.UTF8.GetBytes(frame), isLive: true);

        (tally.Foreign, view.Sequence.Last).ShouldBe(isOwn ? (0, 1) : (1, 0));
    }

    [Fact]
    public void What_an_event_carries_is_read_off_its_end()
    {
        var frame = """42["crm.lead_updated",{"lead":{"seq":5,"at":"x"},"seq":12,"at":"2026-03-15T09:30:00.125Z"},"abc-7"]"""u8;

        HeardEvent.Read(frame).ShouldBe(new HeardEvent(12, new DateTimeOffset(2026, 3, 15, 9, 30, 0, 125, TimeSpan.Zero)));
        HeardEvent.OffsetOf(frame).ShouldBe("abc-7");
        HeardEvent.Read("42[\"hello\",{}]"u8).ShouldBeNull();
        HeardEvent.OffsetOf("42[\"hello\",{}]"u8).ShouldBeNull();
    }

    private static SoakTenant Tenant(string code, Tally tally) => new(new Tenant(null!, code, "key"), ["lead"], tally);
}
