using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class StartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, "There", "go, taking")]
    [InlineData("me", null, "There", "go, taking")]
    [InlineData("me|started", null, "There", "go")]
    [InlineData("later", null, "There", "end")]
    [InlineData("later|started", null, "There", "end")]
    [InlineData("later", null, "Coming", "look again")]
    [InlineData("later", null, "Gone", "go, taking")]
    [InlineData("before", "before", "There", "end")]
    [InlineData("before|started", "before", "There", "go, taking")]
    [InlineData("last|started", "before", "There", "end")]
    public void Of_the_runs_that_wait_for_quiet_only_the_last_starts(string? owner, string? replaces, string holder, string expected)
    {
        var claim = owner is null ? null : new LimitClaim("k", 1, owner, Now);

        var move = Starts.Decide("me", replaces, claim, Enum.Parse<Holder>(holder));

        (move switch
        {
            StartMove.Go { Takes: true } => "go, taking",
            StartMove.Go => "go",
            StartMove.End => "end",
            _ => "look again",
        }).ShouldBe(expected);
    }

    [Theory]
    [InlineData("There", null, 100_000, "limits.oncePer: already ran for A-1")]
    [InlineData("There", 60, 59, "limits.oncePer: already ran for A-1 within 60 minutes")]
    [InlineData("There", 60, 60, null)]
    [InlineData("Coming", 60, 0, "limits.oncePer: another event with A-1 is just being taken in")]
    [InlineData("Gone", null, 0, null)]
    public void A_key_is_held_as_long_as_the_rule_says_by_a_run_that_exists(string holder, int? within, int minutesAgo, string? reason)
    {
        var claim = new LimitClaim("k", 1, "other", Now.AddMinutes(-minutesAgo));

        Starts.WhyNotAgain("A-1", claim, Enum.Parse<Holder>(holder), within is { } minutes ? TimeSpan.FromMinutes(minutes) : null, Now).ShouldBe(reason);
    }

    [Theory]
    [InlineData("2026-03-15T20:59:00Z", "2026-03-15T20:59:00Z", "UTC")]
    [InlineData("2026-03-15T21:00:00Z", "2026-03-16T08:00:00Z", "UTC")]
    [InlineData("2026-03-16T03:00:00Z", "2026-03-16T08:00:00Z", "UTC")]
    [InlineData("2026-03-16T08:00:00Z", "2026-03-16T08:00:00Z", "UTC")]
    [InlineData("2026-03-15T16:00:00Z", "2026-03-16T02:30:00Z", "Asia/Kolkata")]
    [InlineData("2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z", "Europe/Berlin")] // The clocks go forward: 08:00 is two hours ahead of UTC.
    [InlineData("2026-03-27T22:00:00Z", "2026-03-28T07:00:00Z", "Europe/Berlin")]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z", "Europe/Berlin")] // And back.
    [InlineData("2026-10-23T22:00:00Z", "2026-10-24T06:00:00Z", "Europe/Berlin")]
    public void Quiet_hours_end_by_the_clock_on_the_tenants_wall(string time, string end, string zone)
    {
        var quiet = QuietHours.Parse("21:00-08:00")!;

        quiet.EndFrom(At(time), TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(At(end));
    }

    [Theory]
    [InlineData("2026-03-15T20:00:00Z", "2026-03-15T20:30:00Z", null)]
    [InlineData("2026-03-15T20:00:00Z", "2026-03-15T20:31:00Z", "expired")]
    [InlineData("2026-03-15T20:50:00Z", "2026-03-15T21:05:00Z", "quiet hours until 2026-03-16T08:00:00.000Z")]
    [InlineData("2026-03-15T22:00:00Z", "2026-03-15T22:00:00Z", "quiet hours until 2026-03-16T08:00:00.000Z")]
    [InlineData("2026-03-15T22:00:00Z", "2026-03-16T07:59:00Z", "quiet hours until 2026-03-16T08:00:00.000Z")]
    [InlineData("2026-03-15T22:00:00Z", "2026-03-16T08:30:00Z", null)]
    [InlineData("2026-03-15T22:00:00Z", "2026-03-16T08:31:00Z", "expired")]
    public void A_send_expires_by_the_time_at_which_it_might_have_gone(string due, string now, string? expected)
    {
        var step = new Step { Index = 0, Path = "0", Type = "send", DueAt = At(due) };

        var outcome = SendTime.Decide(step, TimeSpan.FromMinutes(30), QuietHours.Parse("21:00-08:00"), TimeZoneInfo.Utc, At(now));

        (outcome switch { StepOutcome.Skipped skipped => skipped.Reason, StepOutcome.HoldUntil hold => hold.Why, _ => null }).ShouldBe(expected);
    }

    [Fact]
    public void What_was_started_before_a_crash_is_settled_whatever_the_hour()
    {
        var step = new Step { Index = 0, Path = "0", Type = "send", DueAt = Now.AddDays(-9), EffectStartedAt = Now.AddDays(-9) };

        SendTime.Decide(step, TimeSpan.FromMinutes(30), QuietHours.Parse("00:00-23:59"), TimeZoneInfo.Utc, Now).ShouldBeNull();
    }

    [Fact]
    public void A_send_that_waited_for_the_morning_and_then_for_an_operator_is_still_to_be_sent()
    {
        var step = new Step { Index = 0, Path = "0", Type = "send", DueAt = Now };
        var morning = Apply(step, new StepOutcome.HoldUntil(Now.AddHours(8), "quiet hours"), Now);

        var held = Apply(morning, new StepOutcome.Held("a pause", Now.AddHours(9)), Now.AddHours(8));
        var released = StepMachine.Release(held, Now.AddHours(10));

        morning.Status.ShouldBe(StepStatus.Waiting);
        (released.Status, released.HeldFor).ShouldBe((StepStatus.Pending, null));

        static Step Apply(Step step, StepOutcome outcome, DateTimeOffset now) => StepMachine.Apply(step, outcome, new Turn(now, Now, 0), Now);
    }

    [Theory]
    [InlineData("cancelled", 1, "65f000000000000000020000", true)]
    [InlineData("cancelled", 0, "65f000000000000000020000", true)]
    [InlineData("cancelled", 0, "65f000000000000000000000", false)]
    [InlineData("cancelled", -1, "65f000000000000000020000", false)]
    [InlineData("cancelled", 1, "65f000000000000000010000", false)]
    [InlineData("paid", 1, "65f000000000000000020000", false)]
    public void Only_a_later_event_with_the_right_name_ends_a_run(string trigger, int seconds, string id, bool ends)
    {
        var mark = new CancelMark { Id = "65f000000000000000010001", Tenant = "ACME", LeadId = "l", WorkId = "65f000000000000000010000", Triggers = ["cancelled"], Since = Now };
        var arrived = new WorkItem
        {
            Id = id,
            Tenant = "ACME",
            Type = WorkItem.EventType,
            CreatedAt = Now.AddSeconds(seconds),
            RunAt = Now,
            Event = new EventState { Trigger = trigger },
        };

        RunCancels.CanEnd(mark, arrived).ShouldBe(ends);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
