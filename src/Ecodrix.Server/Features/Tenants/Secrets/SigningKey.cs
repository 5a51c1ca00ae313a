using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A key of the server's own, by which links of one purpose are signed; sealed like every secret. Deleting it ends all of them.</summary>
internal sealed record SigningKey : IDocument<SigningKey>
{
    public static Collection<SigningKey> Collection { get; } = new("signingKeys", TenantsJson.Default.SigningKey);

    /// <summary>What is signed with it, such as <c>trace</c>.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The key in base64, as <see cref="Vault"/> sealed it.</summary>
    public required string Sealed { get; init; }
}
