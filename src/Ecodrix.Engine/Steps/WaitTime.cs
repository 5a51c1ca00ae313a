using System.Globalization;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Steps;

/// <summary>When a wait ends. Pure.</summary>
internal static class WaitTime
{
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd' 'HH:mm", "yyyy-MM-dd"];

    /// <summary>An instant, or a local time in the zone.</summary>
    public static bool TryParse(string text, TimeZoneInfo zone, out DateTimeOffset time)
    {
        if (Instants.TryParse(text, out time))
        {
            return true;
        }

        if (!DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return false;
        }

        time = At(local, zone);
        return true;
    }

    /// <summary>The first moment from <paramref name="time"/> on that lies in the window, which may span midnight.</summary>
    /// <param name="window"><c>09:00-18:00</c>.</param>
    public static DateTimeOffset Into(DateTimeOffset time, string window, TimeZoneInfo zone)
    {
        var dash = window.IndexOf('-', StringComparison.Ordinal);
        var from = TimeOnly.ParseExact(window.AsSpan(0, dash), "HH:mm", CultureInfo.InvariantCulture);
        var to = TimeOnly.ParseExact(window.AsSpan(dash + 1), "HH:mm", CultureInfo.InvariantCulture);
        var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
        if (from == to || TimeOnly.FromDateTime(local).IsBetween(from, to))
        {
            return time;
        }

        var day = DateOnly.FromDateTime(local);
        var opens = At(day.ToDateTime(from), zone);
        return opens >= time ? opens : At(day.AddDays(1).ToDateTime(from), zone);
    }

    // A time that the clocks skip is as much later as they are put forward.
    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            local += zone.GetUtcOffset(local.AddDays(1)) - zone.GetUtcOffset(local.AddDays(-1));
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
