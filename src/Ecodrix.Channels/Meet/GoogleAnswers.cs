using System.Globalization;
using System.Net;
using System.Text.Json;
using Ecodrix.Channels.Guarding;

namespace Ecodrix.Channels.Meet;

/// <summary>What Google's errors mean. The reason decides; the status only where there is none.</summary>
internal static class GoogleAnswers
{
    private const int LongestWords = 500;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan UsageLimitLasts = TimeSpan.FromHours(3);

    /// <summary>For requests that may be repeated without harm, so a lost answer is no worse than none.</summary>
    public static DeliveryResult NoAnswer(Exchange exchange) => exchange switch
    {
        Exchange.NotSent { AddressRefused: true } refused => new DeliveryResult.Refused("ADDRESS_REFUSED", refused.Why) { Reach = RefusalReach.Account },
        Exchange.NotSent notSent => new DeliveryResult.TryLater($"Google: {notSent.Why}.") { CountsAsAttempt = !notSent.Stopped },
        Exchange.Unanswered unanswered => new DeliveryResult.TryLater($"Google: {unanswered.Why}."),
        _ => throw new ArgumentException("There is an answer.", nameof(exchange)),
    };

    public static DeliveryResult Decide(Exchange.Answered answered, DateTimeOffset now)
    {
        var (reason, message) = ReadError(answered.Body);
        var status = (int)answered.Status;
        var code = reason ?? status.ToString(CultureInfo.InvariantCulture);
        var words = Words(message, status);
        var notBefore = RetryAfter.Read(answered.Headers, now, Longest);

        return reason switch
        {
            "rateLimitExceeded" or "userRateLimitExceeded" or "quotaExceeded" => new DeliveryResult.TryLater(words, notBefore) { Code = code, CountsAsAttempt = false },
            "calendarUsageLimitsExceeded" => new DeliveryResult.TryLater(words, notBefore ?? now + UsageLimitLasts) { Code = code, CountsAsAttempt = false },
            "backendError" => new DeliveryResult.TryLater(words, notBefore) { Code = code },
            _ when answered.Status is HttpStatusCode.TooManyRequests || status >= 500 => new DeliveryResult.TryLater(words, notBefore) { Code = code },
            _ => new DeliveryResult.Refused(code, words) { Reach = status is 401 or 403 or 404 ? RefusalReach.Account : RefusalReach.Message },
        };
    }

    /// <summary>The OAuth server's errors have another shape: <c>{"error":"invalid_grant","error_description":"…"}</c>.</summary>
    public static DeliveryResult DecideToken(Exchange.Answered answered, DateTimeOffset now)
    {
        var status = (int)answered.Status;
        if (answered.Status is HttpStatusCode.TooManyRequests || status >= 500)
        {
            return new DeliveryResult.TryLater($"Google's OAuth server answered {status}.", RetryAfter.Read(answered.Headers, now, Longest));
        }

        var (error, description) = ReadTokenError(answered.Body);
        return new DeliveryResult.Refused(error ?? status.ToString(CultureInfo.InvariantCulture), Words(description, status))
        {
            Reach = RefusalReach.Account,
            Hint = error is GoogleTokens.InvalidGrant ? "The permission was withdrawn or has expired: connect the Google account again." : "Check the Google client id and secret.",
        };
    }

    private static string Words(string? message, int status) =>
        message is null ? $"Google answered {status} without a reason." : message.Length <= LongestWords ? message : message[..LongestWords];

    private static (string? Reason, string? Message) ReadError(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            var reason = error.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0 ? errors[0].GetProperty("reason").GetString() : null;
            return (reason, error.TryGetProperty("message", out var message) ? message.GetString() : null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (null, null);
        }
    }

    private static (string? Error, string? Description) ReadTokenError(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return (
                json.RootElement.GetProperty("error").GetString(),
                json.RootElement.TryGetProperty("error_description", out var description) ? description.GetString() : null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (null, null);
        }
    }
}
