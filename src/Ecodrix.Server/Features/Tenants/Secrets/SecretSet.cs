using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A client's secrets and settings of its channels, sealed one by one; one document, so that a merge is one change.</summary>
internal sealed record SecretSet : IDocument<SecretSet>
{
    public static Collection<SecretSet> Collection { get; } = new(
        "secrets",
        TenantsJson.Default.SecretSet,
        new DocumentIndex("verifyTokenHash") { OnlyWhenSet = "verifyTokenHash" },
        new DocumentIndex("businessId") { OnlyWhenSet = "businessId" });

    /// <summary>The client's code.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>By the secret's name, as <see cref="Vault"/> sealed it.</summary>
    public IReadOnlyDictionary<string, string> Sealed { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When the webhook secret before this one stops signing.</summary>
    public DateTimeOffset? PreviousWebhookSecretUntil { get; init; }

    /// <summary>SHA-256 of the token that Meta shows, in hex: a client is found by it.</summary>
    public string? VerifyTokenHash { get; init; }

    /// <summary>The plain WhatsApp business id: clients are found by it.</summary>
    public string? BusinessId { get; init; }

    /// <summary>What is stored next, to be replaced only by who read this.</summary>
    public SecretSet Next(IReadOnlyDictionary<string, string> values) => this with { Version = Version + 1, Sealed = values };
}
