using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>A key as it may be shown: never the key itself.</summary>
internal sealed record KeyView(string KeyId, string Label, KeyMode Mode, string Prefix)
{
    /// <summary>What it may do, as the contract names it.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Addresses and networks from which it is taken; null for anywhere.</summary>
    public required IReadOnlyList<string>? AllowedIps { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? LastUsedAt { get; init; }

    public required DateTimeOffset? RevokedAt { get; init; }

    public static KeyView Of(ApiKey key) => new(key.KeyId, key.Label, key.Mode, key.Prefix)
    {
        Scopes = key.Scopes ?? [.. KeyScope.All.Select(scope => scope.Name)],
        AllowedIps = key.AllowedIps,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
        RevokedAt = key.RevokedAt,
    };
}
