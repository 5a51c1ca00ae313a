using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Runs;

/// <summary>Waits around the two nights of the year in which the clocks are changed.</summary>
public sealed class WaitTimeTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-28T09:00", "2026-03-28T08:00:00.000Z")]
    [InlineData("2026-03-29T09:00", "2026-03-29T07:00:00.000Z")]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z")]
    [InlineData("2026-10-24T09:00", "2026-10-24T07:00:00.000Z")]
    [InlineData("2026-10-25T09:00", "2026-10-25T08:00:00.000Z")]
    [InlineData("2026-10-25 02:30", "2026-10-25T00:30:00.000Z")]
    [InlineData("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00.000Z")]
    [InlineData("2026-10-25", "2026-10-24T22:00:00.000Z")]
    public void A_wait_until_a_local_time_ends_when_the_clock_first_shows_it(string until, string expected)
    {
        WaitTime.TryParse(until, Berlin, out var time).ShouldBeTrue();

        Instants.Write(time).ShouldBe(expected);
    }

    [Theory]
    // The same hour of the wall, an hour apart in the world.
    [InlineData("2026-03-28T20:00:00Z", "09:00-18:00", "2026-03-29T07:00:00.000Z")]
    [InlineData("2026-10-24T20:00:00Z", "09:00-18:00", "2026-10-25T08:00:00.000Z")]
    // The clocks jump into the window: it is open at once.
    [InlineData("2026-03-29T00:50:00Z", "02:30-18:00", "2026-03-29T01:00:00.000Z")]
    [InlineData("2026-03-29T01:10:00Z", "02:30-18:00", "2026-03-29T01:10:00.000Z")]
    // They skip the whole of it: the next day.
    [InlineData("2026-03-29T00:50:00Z", "02:15-02:45", "2026-03-30T00:15:00.000Z")]
    // They show its opening twice.
    [InlineData("2026-10-24T23:00:00Z", "02:30-18:00", "2026-10-25T00:30:00.000Z")]
    [InlineData("2026-10-25T01:10:00Z", "02:30-18:00", "2026-10-25T01:30:00.000Z")]
    // They go back into it after it had closed.
    [InlineData("2026-10-25T00:45:00Z", "01:30-02:30", "2026-10-25T01:00:00.000Z")]
    // Over midnight, on both nights.
    [InlineData("2026-03-28T20:00:00Z", "22:00-06:00", "2026-03-28T21:00:00.000Z")]
    [InlineData("2026-03-29T03:30:00Z", "22:00-06:00", "2026-03-29T03:30:00.000Z")]
    [InlineData("2026-03-29T04:30:00Z", "22:00-06:00", "2026-03-29T20:00:00.000Z")]
    [InlineData("2026-10-25T05:30:00Z", "22:00-06:00", "2026-10-25T21:00:00.000Z")]
    public void A_window_opens_by_the_clock_on_the_wall(string time, string window, string expected)
    {
        WaitTime.TryParse(time, Berlin, out var at).ShouldBeTrue();

        Instants.Write(WaitTime.Into(at, window, Berlin)).ShouldBe(expected);
    }
}
