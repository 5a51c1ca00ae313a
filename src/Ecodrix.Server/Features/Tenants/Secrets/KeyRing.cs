using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>The ids of the encryption keys that something stored may be sealed with, so that a start without one of them says so.</summary>
internal sealed record KeyRing : IDocument<KeyRing>
{
    public const string TheOne = "secrets";

    public static Collection<KeyRing> Collection { get; } = new("keyRings", TenantsJson.Default.KeyRing);

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    public IReadOnlyList<string> KeyIds { get; init; } = [];
}
