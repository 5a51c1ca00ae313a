using System.Globalization;
using System.Text.RegularExpressions;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Templates;

/// <summary>The <c>date</c> filter: whatever means a time, in the tenant's zone, as strftime writes it.</summary>
/// <remarks>Names of days and months are English. <c>%Z</c> is the offset: .NET knows no abbreviations.</remarks>
internal static partial class LiquidDates
{
    private const int MaxFormat = 256;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <returns>The input as it was when it means no time.</returns>
    public static object? Format(TemplateScope scope, object? input, string? format)
    {
        if (string.IsNullOrWhiteSpace(format) || !TryRead(scope, input, out var time))
        {
            return input;
        }

        if (format.Length > MaxFormat)
        {
            throw new RenderLimitException($"has a date format of more than {MaxFormat} characters");
        }

        return Directive().Replace(format, match => Write(time, match));
    }

    private static bool TryRead(TemplateScope scope, object? input, out DateTimeOffset time)
    {
        time = scope.Now;
        switch (input)
        {
            case "now" or "today":
                return true;
            case long or int:
                return TryUnix(Convert.ToInt64(input, English), scope.Zone, out time);
            case string text when long.TryParse(text, NumberStyles.AllowLeadingSign, English, out var seconds):
                return TryUnix(seconds, scope.Zone, out time);
            case string text:
                return TryText(text, scope.Zone, out time);
            default:
                return false;
        }
    }

    private static bool TryUnix(long seconds, TimeZoneInfo zone, out DateTimeOffset time)
    {
        // Dates that calendars can hold; JavaScript's milliseconds are told by their size.
        seconds = Math.Abs(seconds) > 99_999_999_999 ? seconds / 1000 : seconds;
        var valid = Math.Abs(seconds) <= 99_999_999_999;
        time = valid ? TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone) : default;
        return valid;
    }

    private static bool TryText(string text, TimeZoneInfo zone, out DateTimeOffset time)
    {
        time = default;
        if (!DateTime.TryParse(text, English, DateTimeStyles.RoundtripKind, out var read))
        {
            return false;
        }

        if (read.Kind is DateTimeKind.Unspecified)
        {
            // A wall-clock time is the tenant's.
            time = TimeZoneInfo.ConvertTime(WallClock.At(read, zone), zone);
            return true;
        }

        time = TimeZoneInfo.ConvertTime(DateTimeOffset.Parse(text, English, DateTimeStyles.AssumeUniversal), zone);
        return true;
    }

    private static string Write(DateTimeOffset time, Match match)
    {
        var directive = match.Groups["directive"].Value[0];
        var (text, width, padding) = Value(time, directive);
        if (text is null)
        {
            return match.Value;
        }

        foreach (var flag in match.Groups["flags"].Value)
        {
            (text, padding, width) = flag switch
            {
                '-' => (text, '\0', 0),
                '_' => (text, ' ', width),
                '0' => (text, '0', width),
                '^' => (text.ToUpperInvariant(), padding, width),
                '#' => (directive is 'p' ? text.ToLowerInvariant() : text.ToUpperInvariant(), padding, width),
                ':' when directive is 'z' => (time.ToString("zzz", English), padding, width),
                _ => (text, padding, width),
            };
        }

        width = match.Groups["width"] is { Success: true } asked ? int.Parse(asked.ValueSpan, English) : width;
        return padding == '\0' ? text : text.PadLeft(width, padding);
    }

    /// <summary>A number without padding and how it is padded by default, or a text.</summary>
    private static (string? Text, int Width, char Padding) Value(DateTimeOffset time, char directive) => directive switch
    {
        'Y' => Number(time.Year, 4),
        'C' => Number(time.Year / 100, 2),
        'y' => Number(time.Year % 100, 2),
        'm' => Number(time.Month, 2),
        'd' => Number(time.Day, 2),
        'e' => Number(time.Day, 2, ' '),
        'j' => Number(time.DayOfYear, 3),
        'H' => Number(time.Hour, 2),
        'k' => Number(time.Hour, 2, ' '),
        'I' => Number(((time.Hour + 11) % 12) + 1, 2),
        'l' => Number(((time.Hour + 11) % 12) + 1, 2, ' '),
        'M' => Number(time.Minute, 2),
        'S' => Number(time.Second, 2),
        'L' => Number(time.Millisecond, 3),
        's' => (time.ToUnixTimeSeconds().ToString(English), 0, '0'),
        'u' => Number(time.DayOfWeek is DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1),
        'w' => Number((int)time.DayOfWeek, 1),
        'V' => Number(ISOWeek.GetWeekOfYear(time.DateTime), 2),
        'G' => Number(ISOWeek.GetYear(time.DateTime), 4),
        'g' => Number(ISOWeek.GetYear(time.DateTime) % 100, 2),
        'U' => Number((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2),
        'W' => Number((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7, 2),
        _ => (Text(time, directive), 0, ' '),
    };

    private static string? Text(DateTimeOffset time, char directive) => directive switch
    {
        'a' => time.ToString("ddd", English),
        'A' => time.ToString("dddd", English),
        'b' or 'h' => time.ToString("MMM", English),
        'B' => time.ToString("MMMM", English),
        'c' => time.ToString("ddd MMM ", English) + time.Day.ToString(English).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", English),
        'D' or 'x' => time.ToString("MM'/'dd'/'yy", English),
        'F' => time.ToString("yyyy-MM-dd", English),
        'N' => time.ToString("fffffff'00'", English),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'r' => time.ToString("hh:mm:ss ", English) + (time.Hour < 12 ? "AM" : "PM"),
        'R' => time.ToString("HH:mm", English),
        'T' or 'X' => time.ToString("HH:mm:ss", English),
        'v' => time.Day.ToString(English).PadLeft(2) + time.ToString("-MMM-yyyy", English).ToUpperInvariant(),
        'z' => time.ToString("zzz", English).Replace(":", string.Empty, StringComparison.Ordinal),
        'Z' => time.ToString("zzz", English),
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };

    private static (string Text, int Width, char Padding) Number(int number, int width, char padding = '0') =>
        (number.ToString(English), width, padding);

    [GeneratedRegex(@"%(?<flags>[-_0^#:]{0,3})(?<width>[1-9][0-9]?)?(?<directive>[A-Za-z%])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Directive();
}
