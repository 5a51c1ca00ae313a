using System.Text.Json.Serialization;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>A move of a client's databases that has begun and is not over. Its id is the client's code.</summary>
internal sealed record TenantMove : IDocument<TenantMove>
{
    public static Collection<TenantMove> Collection { get; } = new("moves", TenantsJson.Default.TenantMove);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Sealed; null for where most are.</summary>
    public string? From { get; init; }

    /// <summary>Sealed; null for where most are.</summary>
    public string? To { get; init; }

    /// <summary>Whether the test twin's are being copied; the live ones are done then.</summary>
    public bool IsAtTwin { get; init; }

    public CopyPoint? Point { get; init; }

    public long Copied { get; init; }

    public long Total { get; init; }

    public TenantMove Next() => this with { Version = Version + 1 };
}
