using System.Net.Http.Headers;
using System.Text.Json;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>When the provider's answer allows the next call.</summary>
internal static class RateHeaders
{
    private const int AppLimit = 4;
    private const int AccountLimit = 80007;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan WithoutAHint = TimeSpan.FromMinutes(5);

    /// <returns>From <c>Retry-After</c>, else from the usage header; null when the answer says nothing and its code is no rate limit.</returns>
    public static DateTimeOffset? NotBefore(HttpResponseHeaders headers, int? code, DateTimeOffset now)
    {
        if (RetryAfter.Read(headers, now, Longest) is { } at)
        {
            return at;
        }

        if (code is not (AppLimit or AccountLimit))
        {
            return null;
        }

        return now + (RegainAccess(headers) ?? WithoutAHint);
    }

    /// <summary><c>X-Business-Use-Case-Usage: {"&lt;account&gt;":[{"estimated_time_to_regain_access":minutes,…}]}</c>.</summary>
    private static TimeSpan? RegainAccess(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("X-Business-Use-Case-Usage", out var values))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(values.First());
            var minutes = json.RootElement.EnumerateObject()
                .SelectMany(account => account.Value.EnumerateArray())
                .Select(usage => usage.GetProperty("estimated_time_to_regain_access").GetDouble())
                .DefaultIfEmpty(0)
                .Max();
            return minutes > 0 ? TimeSpan.FromMinutes(Math.Min(minutes, Longest.TotalMinutes)) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
