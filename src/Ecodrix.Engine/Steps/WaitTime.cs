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

        time = WallClock.At(local, zone);
        return true;
    }

    /// <summary>The first moment from <paramref name="time"/> on that lies in the window, which may span midnight.</summary>
    /// <param name="window"><c>09:00-18:00</c>.</param>
    public static DateTimeOffset Into(DateTimeOffset time, string window, TimeZoneInfo zone)
    {
        var dash = window.IndexOf('-', StringComparison.Ordinal);
        var from = TimeOnly.ParseExact(window.AsSpan(0, dash), "HH:mm", CultureInfo.InvariantCulture);
        var to = TimeOnly.ParseExact(window.AsSpan(dash + 1), "HH:mm", CultureInfo.InvariantCulture);
        return Into(time, from, to, zone);
    }

    /// <summary>The first moment from <paramref name="time"/> on that lies in the window, which may span midnight.</summary>
    public static DateTimeOffset Into(DateTimeOffset time, TimeOnly from, TimeOnly to, TimeZoneInfo zone)
    {
        if (from == to || IsOpen(time))
        {
            return time;
        }

        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);
        while (true)
        {
            // It opens at its time, and where the clocks jump into it; on a day whose clocks skip all of it, not at all.
            var openings = WallClock.AllAt(day.ToDateTime(from), zone).Append(WallClock.ChangeOn(day, zone) ?? DateTimeOffset.MinValue);
            var next = openings.Where(opening => opening > time && IsOpen(opening)).DefaultIfEmpty().Min();
            if (next != default)
            {
                return next;
            }

            day = day.AddDays(1);
        }

        bool IsOpen(DateTimeOffset moment) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime).IsBetween(from, to);
    }
}
