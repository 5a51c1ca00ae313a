using System.Security.Cryptography;
using System.Text;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Whose key this is, and what a tenant is allowed: answered from memory, true to within a second.</summary>
internal sealed class TenantDoor(IServicesDatabase services, TenantChanges changes, KeyCache cache, KeyUse use, TwinClocks clocks, TimeProvider clock) : ITenantShares
{
    private readonly IDocuments<ApiKey> keys = services.Documents<ApiKey>();

    private readonly IDocuments<Client> clients = services.Documents<Client>();

    private readonly KeptByClient<KnownClient> kept = new(changes);

    private readonly KeptByClient<IReadOnlyList<ApiKey>> keysOf = new(changes);

    /// <summary>Judges a key and a client code that were shown together; either may be missing.</summary>
    /// <exception cref="DatabaseUnavailableException">Neither memory nor the services database can tell.</exception>
    public async ValueTask<KeyCheck> CheckAsync(string? apiKey, string? clientCode, CancellationToken cancellationToken)
    {
        if (!KeyText.IsCarriable(apiKey) || string.IsNullOrEmpty(clientCode))
        {
            return KeyCheck.Refused.Instance;
        }

        await changes.FollowAsync(cancellationToken);

        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(apiKey!));
        var known = await FindKeyAsync(hash, cancellationToken);
        var now = clock.GetUtcNow();

        if (known is null
            || !CryptographicOperations.FixedTimeEquals(known.Hash, hash)
            || !known.Key.IsUsableAt(now)
            || !string.Equals(known.Key.Client, clientCode, StringComparison.OrdinalIgnoreCase)
            || await FindClientAsync(known.Key.Client, cancellationToken) is not { } client)
        {
            return KeyCheck.Refused.Instance;
        }

        if (client.Status is ClientStatus.Suspended)
        {
            return KeyCheck.Suspended.Instance;
        }

        await clocks.FollowAsync(known.Tenant, cancellationToken);
        use.Note(known.Key, now);
        return new KeyCheck.Accepted(known.Tenant, client.Profile, known.Key.KeyId, known.Scopes, known.From);
    }

    /// <summary>Whether what a key opened earlier, such as a socket, may stay open: the key is still good and its client is not suspended.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be told.</exception>
    public async ValueTask<bool> AdmitsAsync(TenantId tenant, string keyId, CancellationToken cancellationToken)
    {
        if (await FindClientAsync(tenant.Code, cancellationToken) is not { Status: ClientStatus.Active or ClientStatus.Paused })
        {
            return false;
        }

        var now = clock.GetUtcNow();
        return (await keysOf.GetAsync(tenant.Code, ReadKeysAsync, cancellationToken))!
            .Any(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal) && key.Tenant == tenant && key.IsUsableAt(now));
    }

    /// <returns>Null when the tenant's client does not exist (any more).</returns>
    public async ValueTask<ClientProfile?> FindProfileAsync(TenantId tenant, CancellationToken cancellationToken) =>
        (await FindClientAsync(tenant.Code, cancellationToken))?.Profile;

    /// <returns>Null when the tenant's client does not exist (any more), or is suspended: then nothing of it is shown to anybody.</returns>
    public async ValueTask<ClientProfile?> FindShownAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await FindClientAsync(tenant.Code, cancellationToken) is { Status: not ClientStatus.Suspended } client ? client.Profile : null;

    /// <summary>Whether due work of the tenant is to be held by its own status: it is paused, suspended, or gone.</summary>
    public async ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await FindClientAsync(tenant.Code, cancellationToken) is not { Status: ClientStatus.Active })
        {
            return true;
        }

        // Whoever asks begins something for the tenant, by its clock.
        await clocks.FollowAsync(tenant, cancellationToken);
        return false;
    }

    /// <summary>What the operator grants the client of the workers; a test twin has as much as its live tenant, and apart from it.</summary>
    public async ValueTask<TenantShare> ShareOfAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await FindClientAsync(tenant.Code, cancellationToken) is { Profile.Limits: { Weight: not null } or { RunningJobs: not null } } client
            ? new TenantShare(client.Profile.Limits.RunningJobs, client.Profile.Limits.Weight ?? 1)
            : TenantShare.Equal;

    private async ValueTask<KnownKey?> FindKeyAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(hash);
        if (cache.FindKey(id, out var known))
        {
            return known;
        }

        var generation = cache.Generation;
        var key = await keys.FindAsync(id, cancellationToken);
        known = key is null ? null : new KnownKey(key, hash, key.Tenant, new KeyScopes(key.Scopes), AllowedAddresses.Of(key.AllowedIps));
        cache.KeepKey(id, known, generation);
        return known;
    }

    private ValueTask<KnownClient?> FindClientAsync(string code, CancellationToken cancellationToken) =>
        kept.GetAsync(code, ReadClientAsync, cancellationToken);

    private async Task<IReadOnlyList<ApiKey>?> ReadKeysAsync(string code, CancellationToken cancellationToken) =>
        await keys.QueryAsync(new DocumentQuery(Condition.Eq("client", code), KeyStore.AtMost * 10) { Sort = [new Sort("keyId", Descending: true)] }, cancellationToken);

    private async Task<KnownClient?> ReadClientAsync(string code, CancellationToken cancellationToken) =>
        await clients.FindAsync(code, cancellationToken) is { Exists: true } client
            ? new KnownClient(client.Status, client.ToProfile())
            : null;

    private sealed record KnownClient(ClientStatus Status, ClientProfile Profile);
}
