using System.Globalization;
using System.Net.Http.Headers;

namespace Ecodrix.Channels;

/// <summary>Reads <c>Retry-After</c> in both of its forms (RFC 9110, 10.2.3).</summary>
public static class RetryAfter
{
    /// <returns>The earliest time that the answer asks for, at most <paramref name="longest"/> ahead; null without a readable header.</returns>
    public static DateTimeOffset? Read(HttpResponseHeaders headers, DateTimeOffset now, TimeSpan longest)
    {
        if (!headers.TryGetValues("Retry-After", out var values) || values.FirstOrDefault()?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (text.All(char.IsAsciiDigit))
        {
            // Past nine digits it is longer than any limit here, and longer than a number may be.
            return now + (text.Length > 9 ? longest : Clamp(TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture)), longest));
        }

        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? now + Clamp(at - now, longest)
            : null;
    }

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan longest) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > longest ? longest : wait;
}
