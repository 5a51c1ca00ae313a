namespace Ecodrix.Storage.Tests;

public sealed class WallClockTests
{
    [Theory]
    [InlineData("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59:00.000Z")]
    [InlineData("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z")]
    [InlineData("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z")]
    [InlineData("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z")]
    [InlineData("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59:00.000Z")]
    [InlineData("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z")]
    [InlineData("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z")]
    [InlineData("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z")]
    [InlineData("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z")]
    [InlineData("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z")]
    [InlineData("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z")]
    [InlineData("2026-03-15T09:30", "Asia/Kolkata", "2026-03-15T04:00:00.000Z")]
    public void A_skipped_time_is_later_and_of_two_the_first_counts(string local, string zone, string expected) =>
        Instants.Write(WallClock.At(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), Zone(zone))).ShouldBe(expected);

    [Theory]
    [InlineData("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z")]
    [InlineData("2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z")]
    [InlineData("2026-11-02", "America/Havana", "2026-11-02T05:00:00.000Z")]
    public void A_day_begins_where_its_midnight_is_skipped_or_comes_twice(string day, string zone, string expected) =>
        Instants.Write(WallClock.StartOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), Zone(zone))).ShouldBe(expected);

    [Theory]
    [InlineData("2026-03-29", "Europe/Berlin", "2026-03-29T01:00:00.000Z")]
    [InlineData("2026-10-25", "Europe/Berlin", "2026-10-25T01:00:00.000Z")]
    [InlineData("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z")]
    [InlineData("2026-03-30", "Europe/Berlin", null)]
    [InlineData("2026-03-29", "Asia/Kolkata", null)]
    public void A_change_of_the_clocks_is_found(string day, string zone, string? expected)
    {
        var change = WallClock.ChangeOn(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), Zone(zone));

        (change is { } at ? Instants.Write(at) : null).ShouldBe(expected);
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);
}
