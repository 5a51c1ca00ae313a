using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>When and with whom, as a rendered configuration says. Pure.</summary>
internal sealed record MeetingPlan(string Title, DateTimeOffset Start, DateTimeOffset End, string TimeZone, string? Attendee)
{
    public const double DefaultMinutes = 30;

    public const double MostMinutes = 24 * 60;

    private const string DefaultTitle = "Meeting";

    /// <param name="zone">The tenant's: for a wall-clock time, and where the configuration names none.</param>
    /// <returns>The plan, or a sentence about what is wrong.</returns>
    public static (MeetingPlan? Plan, string? Problem) Read(JsonObject config, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (TextOf(config, "timeZone") is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
        {
            return (null, $"'{name}' is no time zone.");
        }

        if (StartOf(config, zone, now) is not { } start)
        {
            return (null, "startTime is no time; it is written like 2026-03-15T09:30:00Z.");
        }

        var minutes = NumberOf(config, "durationMinutes") ?? DefaultMinutes;
        var attendee = TextOf(config, "attendeeEmail");
        if (minutes is < 1 or > MostMinutes)
        {
            return (null, $"durationMinutes is a number from 1 to {MostMinutes}.");
        }

        return attendee.AsSpan().ContainsAny('\r', '\n')
            ? (null, "attendeeEmail has a line break.")
            : (new MeetingPlan(TextOf(config, "title") ?? DefaultTitle, start, start.AddMinutes(minutes), zone.Id, attendee?.Trim()), null);
    }

    private static DateTimeOffset? StartOf(JsonObject config, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (TextOf(config, "startTime") is not { } text)
        {
            return now.AddMinutes(NumberOf(config, "startsInMinutes") ?? 0);
        }

        if (Instants.TryParse(text, out var instant))
        {
            return instant;
        }

        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.NoCurrentDateDefault, out var local))
        {
            return null;
        }

        if (local.Kind is not DateTimeKind.Unspecified)
        {
            return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime();
        }

        // A time of the day alone is today's, there.
        return WallClock.At(local.Year == 1 ? TimeZoneInfo.ConvertTime(now, zone).Date + local.TimeOfDay : local, zone);
    }

    private static double? NumberOf(JsonObject config, string name) => config[name] switch
    {
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        JsonValue value when value.TryGetValue<string>(out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        { } value when double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static string? TextOf(JsonObject config, string name) =>
        config[name] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text) ? text : null;
}
