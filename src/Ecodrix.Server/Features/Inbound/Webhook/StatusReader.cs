using System.Globalization;
using System.Text.Json;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Features.Inbox;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Reads one element of <c>statuses</c>. Pure; what cannot be read is no update.</summary>
internal static class StatusReader
{
    private const int LongestWords = 500;

    /// <param name="receivedAt">Stands in where the time cannot be read.</param>
    /// <returns>Null for a status that is not one of those that move a message.</returns>
    public static StatusUpdate? Read(JsonElement status, DateTimeOffset receivedAt)
    {
        if (WebhookChange.TextOf(status, "id") is not { } wamid || KindOf(WebhookChange.TextOf(status, "status")) is not { } kind)
        {
            return null;
        }

        var error = kind is MessageStatus.Failed ? (WebhookChange.ListOf(status, "errors") ?? []).Select(ErrorOf).FirstOrDefault() : null;
        return new StatusUpdate(wamid, kind, TimeOf(status) ?? receivedAt, WebhookChange.TextOf(status, "biz_opaque_callback_data"), error);
    }

    private static MessageStatus? KindOf(string? status) => status switch
    {
        "sent" => MessageStatus.Sent,
        "delivered" => MessageStatus.Delivered,
        // A voice message that was listened to has been read.
        "read" or "played" => MessageStatus.Read,
        "failed" => MessageStatus.Failed,
        _ => null,
    };

    private static DateTimeOffset? TimeOf(JsonElement status) =>
        long.TryParse(WebhookChange.TextOf(status, "timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < uint.MaxValue
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static MessageError ErrorOf(JsonElement error)
    {
        var code = error.ValueKind is JsonValueKind.Object && error.TryGetProperty("code", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var known) ? known : 0;
        var rule = WhatsAppErrors.Find(code);
        var details = error.ValueKind is JsonValueKind.Object && error.TryGetProperty("error_data", out var data) ? WebhookChange.TextOf(data, "details") : null;
        string?[] parts = [WebhookChange.TextOf(error, "message") ?? WebhookChange.TextOf(error, "title"), details];
        var words = string.Join(": ", parts.OfType<string>());
        var cut = words.Length <= LongestWords ? words : words[..LongestWords];
        return new MessageError(code.ToString(CultureInfo.InvariantCulture), $"{cut} {rule?.Hint}".Trim(), Retryable: rule?.Advice is not (null or RetryAdvice.No));
    }
}
