using System.Net;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Features.Traces.Masking;

/// <summary>Hides what is personal in texts: the values that are known to be, and whatever looks like an address, a phone number or a link of its own.</summary>
/// <remarks>Rather too much than too little: a link is passed on to people whom nobody knows here.</remarks>
internal sealed partial class Mask
{
    public const string Hidden = "•••";

    private const int ShownDigits = 4;

    /// <summary>Characters of all that is known to be personal; with more than that no text is shown at all.</summary>
    private const int MostKnown = 64 * 1024;

    /// <summary>Shorter values are hidden only where they stand as a word of their own.</summary>
    private const int Distinct = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex? values;

    private readonly Regex? words;

    private readonly bool hidesAll;

    private Mask(Regex? values, Regex? words, bool hidesAll) => (this.values, this.words, this.hidesAll) = (values, words, hidesAll);

    /// <param name="personal">In any order, as often as it comes.</param>
    public static Mask Of(IEnumerable<string> personal)
    {
        var known = personal.Select(value => value.Trim()).Where(value => value.Length > 1).Distinct(StringComparer.OrdinalIgnoreCase)
            .SelectMany(Spellings).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(value => value.Length).ToList();
        if (known.Sum(value => (long)value.Length) > MostKnown)
        {
            return new Mask(null, null, hidesAll: true);
        }

        var byLength = known.ToLookup(value => value.Length >= Distinct);
        return new Mask(Any("", byLength[true], ""), Any(@"(?<![\p{L}\p{N}])(?:", byLength[false], @")(?![\p{L}\p{N}])"), hidesAll: false);
    }

    public string? Text(string? text)
    {
        if (text is null || hidesAll)
        {
            return Whole(text);
        }

        try
        {
            var hidden = Links().Replace(text, "${host}/" + Hidden);
            hidden = values?.Replace(hidden, Hidden) ?? hidden;
            hidden = words?.Replace(hidden, Hidden) ?? hidden;
            return Phones().Replace(Addresses().Replace(hidden, $"{Hidden}@{Hidden}"), Hidden);
        }
        catch (RegexMatchTimeoutException)
        {
            return Hidden;
        }
    }

    /// <returns>The last four digits, where there are enough others.</returns>
    public static string? Phone(string? phone) =>
        phone is null ? null : phone.Length > 2 * ShownDigits ? $"{Hidden} {phone[^ShownDigits..]}" : Hidden;

    public static string? Whole(string? text) => text is null ? null : Hidden;

    /// <returns>The phone's last digits, or nothing of a mail address.</returns>
    public static string? Recipient(string? to) => to is not null && to.Contains('@', StringComparison.Ordinal) ? $"{Hidden}@{Hidden}" : Phone(to);

    /// <returns>Where it leads, without what stands behind that: a path may hold a name or be a key of its own.</returns>
    public static string? Url(string? url) =>
        url is null ? null : Uri.TryCreate(url, UriKind.Absolute, out var address) ? $"{address.GetLeftPart(UriPartial.Scheme)}{address.Authority}/{Hidden}" : Hidden;

    private static Regex? Any(string before, IEnumerable<string> literals, string after)
    {
        var either = string.Join('|', literals.Select(Regex.Escape));
        return either.Length == 0 ? null : new Regex(before + either + after, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
    }

    /// <summary>A value as it may stand in HTML, in a link, in JSON, or, of a phone, without its plus.</summary>
    private static IEnumerable<string> Spellings(string value) =>
    [
        value, WebUtility.HtmlEncode(value), Uri.EscapeDataString(value), JavaScriptEncoder.Default.Encode(value), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value),
        .. value is ['+', ..] && value.Length > 10 ? new[] { value[1..], value[^10..] } : [],
    ];

    [GeneratedRegex(@"(?<host>https?://[^\s/?#""'<>]+)[/?#][^\s""'<>]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Links();

    [GeneratedRegex(@"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Addresses();

    // Nine to twenty characters of digits with what people write between them; no date.
    [GeneratedRegex(@"(?<![\w.:-])(?!\d{4}-\d{2}-\d{2})\+?\d[\d ()-]{7,18}\d(?![\w:])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Phones();
}
