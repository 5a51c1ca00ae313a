using System.Globalization;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Definitions;

/// <summary>How often a rule runs. What is held back is told as skipped, with the reason.</summary>
public sealed record RuleLimits
{
    /// <summary>A template over the event's values: one run for each text it gives. Null when there is no such limit; a text that comes out empty is no key and limits nothing.</summary>
    public string? OncePer { get; init; }

    /// <summary>How long a run keeps others with the same key from starting. Null: as long as the rule lives.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>How long it must be quiet before a run starts; an event that comes within it replaces the one before. Null for at once.</summary>
    public TimeSpan? Debounce { get; init; }
}

/// <summary>An event of the lead that ends the rule's unfinished runs.</summary>
/// <param name="Trigger">Its name.</param>
/// <param name="Condition">What that event must meet; null for always.</param>
/// <param name="Match">A path on which both events must agree, such as <c>data.appointmentId</c>; null when none.</param>
public sealed record CancelTrigger(string Trigger, Condition? Condition, string? Match);

/// <summary>Hours of the tenant's day in which nothing is sent; they may span midnight.</summary>
/// <param name="From">The first quiet minute.</param>
/// <param name="To">The first minute after them.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To)
{
    private const string Form = "HH:mm";

    /// <param name="text"><c>21:00-08:00</c>.</param>
    /// <returns>Null when it is not in that form, or no time at all.</returns>
    public static QuietHours? Parse(string? text) =>
        text is { Length: 11 } && text[5] is '-'
        && TimeOnly.TryParseExact(text.AsSpan(0, 5), Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
        && TimeOnly.TryParseExact(text.AsSpan(6), Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var to)
        && from != to
            ? new QuietHours(from, to)
            : null;

    /// <returns>The time itself when it is not quiet then; else when the quiet ends.</returns>
    public DateTimeOffset EndFrom(DateTimeOffset time, TimeZoneInfo zone) => WaitTime.Into(time, To, From, zone);
}
