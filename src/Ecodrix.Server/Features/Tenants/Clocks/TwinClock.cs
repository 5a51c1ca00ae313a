using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clocks;

/// <summary>How far a test twin's clock was set ahead. A twin that was never moved has none.</summary>
internal sealed record TwinClock : IDocument<TwinClock>
{
    public static Collection<TwinClock> Collection { get; } = new("twinClocks", TenantsJson.Default.TwinClock);

    /// <summary>The twin's <see cref="TenantId"/>.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>In milliseconds, 0 or more.</summary>
    public required long AheadMs { get; init; }
}
