using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>What is kept of a key: never the key itself. The id is its SHA-256, so that one key opens one tenant only.</summary>
internal sealed record ApiKey : IDocument<ApiKey>
{
    public static Collection<ApiKey> Collection { get; } = new("apiKeys", TenantsJson.Default.ApiKey, new DocumentIndex("client"));

    /// <summary>Lower-case hex of the key's SHA-256.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The key's name in the API.</summary>
    public required string KeyId { get; init; }

    public required string Client { get; init; }

    public required string Prefix { get; init; }

    public required string Label { get; init; }

    public KeyMode Mode { get; init; }

    /// <summary>The names of what it may do; null for everything.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>From where it is taken; null for anywhere.</summary>
    public IReadOnlyList<string>? AllowedIps { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Kept to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    [JsonIgnore]
    public TenantId Tenant => Mode is KeyMode.Test ? TenantId.Parse(Client).Test : TenantId.Parse(Client);

    public bool IsUsableAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    /// <summary>What is stored next, to be replaced only by who read this.</summary>
    public ApiKey Next() => this with { Version = Version + 1 };

    public static ApiKey Of(string key, string client, string label, KeyMode mode, DateTimeOffset now) => new()
    {
        Id = KeyText.Hash(key),
        KeyId = DocumentId.New(now),
        Client = client,
        Prefix = KeyText.PrefixOf(key),
        Label = label,
        Mode = mode,
        CreatedAt = now,
    };
}

/// <summary>Which of a client's two tenants a key opens.</summary>
internal enum KeyMode
{
    [JsonStringEnumMemberName("live")]
    Live,

    [JsonStringEnumMemberName("test")]
    Test,
}
