using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>A customer of the operator. Its id is its code: the document outlives the client, so that a code is never used twice.</summary>
internal sealed record Client : IDocument<Client>
{
    public static Collection<Client> Collection { get; } = new("clients", TenantsJson.Default.Client);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Name { get; init; }

    public string? Email { get; init; }

    /// <summary>An IANA name.</summary>
    public required string TimeZone { get; init; }

    /// <summary>In which numbers without a country code are read.</summary>
    public required string Region { get; init; }

    public required string Currency { get; init; }

    /// <summary>Messages go only to people who have agreed.</summary>
    public bool RequireConsent { get; init; }

    public ClientStatus Status { get; init; }

    public ClientLimits Limits { get; init; } = ClientLimits.Defaults;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of the token that confirms an erasure.</summary>
    public string? PurgeTokenHash { get; init; }

    public DateTimeOffset? PurgeTokenExpiresAt { get; init; }

    /// <summary>Whether the API speaks of it at all.</summary>
    [JsonIgnore]
    public bool Exists => Status is ClientStatus.Active or ClientStatus.Paused or ClientStatus.Suspended;

    [JsonIgnore]
    public TenantId Tenant => TenantId.Parse(Id);

    public ClientProfile ToProfile() => new(Id, Name, TimeZoneInfo.FindSystemTimeZoneById(TimeZone), Region, Currency, Limits) { RequireConsent = RequireConsent };

    /// <summary>What is stored next, to be replaced only by who read this.</summary>
    public Client Next() => this with { Version = Version + 1 };
}
