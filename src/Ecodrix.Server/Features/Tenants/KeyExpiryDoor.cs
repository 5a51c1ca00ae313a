using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Which keys end soon.</summary>
internal sealed class KeyExpiryDoor(KeyStore keys)
{
    /// <returns>Those that are not revoked and end after the one time and not after the other; at most 1,000, the first to end first.</returns>
    public async Task<IReadOnlyList<EndingKey>> ListAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken) =>
        [.. (await keys.ListEndingAsync(after, until, cancellationToken)).Select(key => new EndingKey(key.Tenant, key.KeyId, key.CreatedAt, key.ExpiresAt!.Value))];
}

/// <param name="KeyId">Its name in the API; never the key.</param>
internal sealed record EndingKey(TenantId Tenant, string KeyId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
