using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Audit;

/// <summary>Who changed what, when, from where. Names of fields and plain facts; never a secret, an address or a name.</summary>
internal sealed record AuditEntry : IDocument<AuditEntry>
{
    public static Collection<AuditEntry> Collection { get; } =
        new("audit", TenantsJson.Default.AuditEntry, new DocumentIndex("client", "_id"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public DateTimeOffset At { get; init; }

    /// <summary><c>admin:ops</c>, <c>key:</c> and the key's id, or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>For example <c>key.revoked</c>.</summary>
    public required string Action { get; init; }

    public string? Client { get; init; }

    /// <summary>The address of the connection, as far as trusted proxies tell.</summary>
    public string? From { get; init; }

    public IReadOnlyDictionary<string, string?> Details { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}
