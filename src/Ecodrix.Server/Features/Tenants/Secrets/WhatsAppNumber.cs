using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Whose a WhatsApp number is: over all clients, one phone number id belongs to one.</summary>
internal sealed record WhatsAppNumber : IDocument<WhatsAppNumber>
{
    public static Collection<WhatsAppNumber> Collection { get; } =
        new("whatsappNumbers", TenantsJson.Default.WhatsAppNumber, new DocumentIndex("client"));

    /// <summary>The phone number id at Meta.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Client { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }
}
