using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Keeps the list of keys that stored secrets may be sealed with, and refuses a start that lacks one.</summary>
internal sealed class EncryptionKeyCheck(IServicesDatabase services, EncryptionKeys keys)
{
    private readonly IDocuments<KeyRing> rings = services.Documents<KeyRing>();

    /// <summary>Enters the key that will encrypt.</summary>
    /// <returns>The ids of keys that are needed and not configured; none when all is well.</returns>
    public async Task<IReadOnlyList<string>> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var ring = await rings.FindAsync(KeyRing.TheOne, cancellationToken);
            var stored = ring?.KeyIds ?? [];

            if (stored.Except(keys.Ids, StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            {
                return missing;
            }

            if (stored.Contains(keys.FirstId, StringComparer.Ordinal) || await StoreAsync(ring, [.. stored, keys.FirstId], cancellationToken))
            {
                return [];
            }
        }
    }

    /// <summary>Says that nothing is sealed any more with a key other than these.</summary>
    public async Task KeepOnlyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        while (!await StoreAsync(await rings.FindAsync(KeyRing.TheOne, cancellationToken), ids, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private Task<bool> StoreAsync(KeyRing? ring, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ring is null
            ? rings.TryAddAsync(new KeyRing { KeyIds = ids }, cancellationToken)
            : rings.TryReplaceAsync(ring with { Version = ring.Version + 1, KeyIds = ids }, cancellationToken);
}
