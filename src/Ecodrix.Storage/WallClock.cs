namespace Ecodrix.Storage;

/// <summary>From what a clock on a wall shows to the instant: the one reading of times that the clocks skip or show twice.</summary>
public static class WallClock
{
    /// <summary>A time that the clocks skip is as much later as they are put forward; of two it is the first.</summary>
    /// <param name="local">Without a zone of its own.</param>
    /// <returns>In UTC.</returns>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            // What the clock would show, had it not been put forward yet.
            return new DateTimeOffset(local, zone.GetUtcOffset(local.AddDays(-1))).ToUniversalTime();
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>When the day begins there: not always at midnight, and once only.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => At(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <returns>All instants at which the clock shows that time, or would if it did not skip it; one or two.</returns>
    public static IEnumerable<DateTimeOffset> AllAt(DateTime local, TimeZoneInfo zone) => zone.IsAmbiguousTime(local)
        ? zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime())
        : [At(local, zone)];

    /// <summary>When the clocks are changed on that day.</summary>
    /// <returns>The first instant after the change; null on most days.</returns>
    public static DateTimeOffset? ChangeOn(DateOnly day, TimeZoneInfo zone)
    {
        var (before, after) = (StartOf(day, zone).AddSeconds(-1), StartOf(day.AddDays(1), zone));
        if (zone.GetUtcOffset(before) == zone.GetUtcOffset(after))
        {
            return null;
        }

        // Clocks change at whole seconds.
        var offset = zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before.AddSeconds(Math.Floor((after - before).TotalSeconds / 2));
            (before, after) = zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
        }

        return after;
    }
}
