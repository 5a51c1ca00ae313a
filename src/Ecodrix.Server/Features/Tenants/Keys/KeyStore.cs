using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>A client's keys: made, listed, ended. Each change is announced before its method returns.</summary>
internal sealed class KeyStore(IServicesDatabase services, TenantChanges changes, TimeProvider clock)
{
    /// <summary>How many keys a client may have that are not yet revoked or expired.</summary>
    public const int AtMost = 100;

    private readonly IDocuments<ApiKey> keys = services.Documents<ApiKey>();

    /// <returns>Newest first; those that ended too.</returns>
    public Task<IReadOnlyList<ApiKey>> ListAsync(string client, CancellationToken cancellationToken) =>
        keys.QueryAsync(
            new DocumentQuery(Condition.Eq("client", client), AtMost * 10) { Sort = [new Sort("keyId", Descending: true)] },
            cancellationToken);

    /// <returns>Those of all clients that are not revoked and end after the one time and not after the other, the first to end first.</returns>
    public Task<IReadOnlyList<ApiKey>> ListEndingAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken) =>
        keys.QueryAsync(
            new DocumentQuery(
                new Condition.All(
                    Condition.Gt("expiresAt", Instants.Write(after)), Condition.Lte("expiresAt", Instants.Write(until)), new Condition.Not(Condition.Exists("revokedAt"))),
                AtMost * 10)
            {
                Sort = [new Sort("expiresAt")],
            },
            cancellationToken);

    /// <returns>False when that very key exists already, for this client or another.</returns>
    public async Task<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        if (!await keys.TryAddAsync(key, cancellationToken))
        {
            return false;
        }

        await changes.AnnounceAsync(key.Client, cancellationToken);
        return true;
    }

    /// <returns>The key as it is now; null when the client has no such key. Revoking twice is revoking once.</returns>
    public async Task<ApiKey?> RevokeAsync(string client, string keyId, CancellationToken cancellationToken)
    {
        var found = (await ListAsync(client, cancellationToken)).FirstOrDefault(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));
        return found is null
            ? null
            : await ChangeAsync(found, key => key.RevokedAt is null ? key with { RevokedAt = clock.GetUtcNow() } : null, cancellationToken);
    }

    /// <summary>Lets the client's other usable keys of a mode end at a time, unless they end before.</summary>
    /// <returns>How many end.</returns>
    public async Task<int> EndOthersAsync(ApiKey kept, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var others = (await ListAsync(kept.Client, cancellationToken))
            .Where(key => key.Mode == kept.Mode && !string.Equals(key.Id, kept.Id, StringComparison.Ordinal) && key.IsUsableAt(now))
            .ToList();

        foreach (var other in others)
        {
            await ChangeAsync(other, key => key.ExpiresAt <= at ? null : key with { ExpiresAt = at }, cancellationToken);
        }

        return others.Count;
    }

    public async Task DeleteAllAsync(string client, CancellationToken cancellationToken)
    {
        while (await keys.DeleteManyAsync(Condition.Eq("client", client), AtMost, cancellationToken) == AtMost)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <param name="change">Null when nothing is to change.</param>
    private async Task<ApiKey?> ChangeAsync(ApiKey seen, Func<ApiKey, ApiKey?> change, CancellationToken cancellationToken)
    {
        var key = seen;
        while (key is not null && change(key) is { } wanted)
        {
            var next = wanted with { Version = key.Version + 1 };
            if (await keys.TryReplaceAsync(next, cancellationToken))
            {
                await changes.AnnounceAsync(next.Client, cancellationToken);
                return next;
            }

            key = await keys.FindAsync(seen.Id, cancellationToken);
        }

        return key;
    }
}
