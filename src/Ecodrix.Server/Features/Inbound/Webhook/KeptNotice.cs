using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Something that Meta told a client and that no feature reads yet, such as a customer's message: kept as it came, and lost never.</summary>
/// <remarks>Its id follows from its content, so that what Meta posts again is kept once.</remarks>
internal sealed record KeptNotice : IDocument<KeptNotice>
{
    public static Collection<KeptNotice> Collection { get; } = new("inboundNotices", InboundJson.Default.KeptNotice, new DocumentIndex("kind", "_id"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary><c>message</c>, <c>status</c>, <c>error</c>, or Meta's name of another subject.</summary>
    public required string Kind { get; init; }

    public string? BusinessId { get; init; }

    public string? PhoneNumberId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required JsonElement Content { get; init; }

    /// <summary>Of a message: who wrote it, as Meta lists them beside the messages; null where it lists none.</summary>
    public JsonElement? Contacts { get; init; }

    public static KeptNotice Of(WebhookChange change, DateTimeOffset receivedAt) =>
        Make(change.Field, change.Value, $"{change.BusinessId}\n{change.Time}", change, receivedAt);

    /// <param name="kind"><c>message</c>, <c>status</c> or <c>error</c>.</param>
    /// <param name="part">An element of the change.</param>
    public static KeptNotice OfPart(string kind, JsonElement part, WebhookChange change, DateTimeOffset receivedAt)
    {
        // A message has an id of its own; Meta may write the rest of it differently the second time.
        var name = kind is "message" ? WebhookChange.TextOf(part, "id") : null;
        return Make(kind, part, $"{change.PhoneNumberId}\n{name}", change, receivedAt, isNamed: name is not null) with
        {
            Contacts = kind is "message" && change.Value.TryGetProperty("contacts", out var contacts) ? contacts : null,
        };
    }

    public static Task<bool> KeepAsync(ITenantDatabase database, KeptNotice notice, CancellationToken cancellationToken) =>
        database.Documents<KeptNotice>().TryAddAsync(notice, cancellationToken);

    private static KeptNotice Make(string kind, JsonElement content, string name, WebhookChange change, DateTimeOffset receivedAt, bool isNamed = false)
    {
        var at = long.TryParse(WebhookChange.TextOf(content, "timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : change.Time ?? 0;
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(at, 0, uint.MaxValue));
        return new KeptNotice
        {
            Id = DocumentId.Derived(DocumentId.LowerBound(time), $"{kind}\n{name}\n{(isNamed ? "" : content.GetRawText())}"),
            Kind = kind,
            BusinessId = change.BusinessId,
            PhoneNumberId = change.PhoneNumberId,
            ReceivedAt = receivedAt,
            Content = content,
        };
    }
}
