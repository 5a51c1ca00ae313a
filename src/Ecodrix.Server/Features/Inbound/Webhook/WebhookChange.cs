using System.Text.Json;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>One change of a webhook's body, as Meta wrote it.</summary>
/// <param name="BusinessId">The WhatsApp business account that it is of.</param>
/// <param name="Time">Of its entry; null where Meta gave none.</param>
/// <param name="Field"><c>messages</c>, or another subject.</param>
/// <param name="PhoneNumberId">The number that it is of; null where it is of the business as a whole.</param>
internal sealed record WebhookChange(string? BusinessId, long? Time, string Field, string? PhoneNumberId, JsonElement Value)
{
    /// <summary>Under what a change is kept that is nobody's; null when it names nobody.</summary>
    public string? Key => PhoneNumberId is not null ? NumberKey(PhoneNumberId) : BusinessId is not null ? BusinessKey(BusinessId) : null;

    public static string NumberKey(string number) => $"number:{number}";

    public static string BusinessKey(string businessId) => $"business:{businessId}";

    /// <returns>Null when the body is no webhook of Meta's.</returns>
    public static IReadOnlyList<WebhookChange>? ReadAll(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object && ListOf(json.RootElement, "entry") is { } entries
                ? [.. entries.SelectMany(entry => (ListOf(entry, "changes") ?? []).Select(change => Read(entry, change)).OfType<WebhookChange>())]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string? TextOf(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    internal static IEnumerable<JsonElement>? ListOf(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array ? value.EnumerateArray() : null;

    private static WebhookChange? Read(JsonElement entry, JsonElement change)
    {
        if (TextOf(change, "field") is not { } field || !change.TryGetProperty("value", out var value))
        {
            return null;
        }

        var number = value.ValueKind is JsonValueKind.Object && value.TryGetProperty("metadata", out var metadata) ? TextOf(metadata, "phone_number_id") : null;
        long? time = entry.TryGetProperty("time", out var given) && given.ValueKind is JsonValueKind.Number && given.TryGetInt64(out var seconds) ? seconds : null;
        return new WebhookChange(TextOf(entry, "id"), time, field, number, value.Clone());
    }
}

/// <summary>What a job works off: one client's changes of one post.</summary>
internal sealed record WebhookState(DateTimeOffset ReceivedAt, IReadOnlyList<WebhookChange> Changes);
