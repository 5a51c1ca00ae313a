using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Inbound.Webhook;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Quarantine;

/// <summary>What Meta posted for a number or a business that no client has. It waits for a client to claim it, and then goes to that client alone.</summary>
internal sealed record QuarantinedBody : IDocument<QuarantinedBody>
{
    public static Collection<QuarantinedBody> Collection { get; } =
        new("quarantine", InboundJson.Default.QuarantinedBody, new DocumentIndex("key", "_id"), new DocumentIndex("expiresAt"));

    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Whose it would be: <see cref="WebhookChange.Key"/>.</summary>
    public required string Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>All of the same key. Never empty.</summary>
    public required IReadOnlyList<WebhookChange> Changes { get; init; }
}
