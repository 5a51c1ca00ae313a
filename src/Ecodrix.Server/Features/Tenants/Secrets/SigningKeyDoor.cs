using System.Security.Cryptography;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Keys that sign links, one for each purpose, made at first use and kept encrypted in the services database (<c>60-admin-config</c>).</summary>
internal sealed class SigningKeyDoor(IServicesDatabase services, Vault vault)
{
    private const int KeyBytes = 32;

    /// <summary>Stands where a tenant's code stands in a tenant's secrets; no client has such a code.</summary>
    private const string Owner = "*";

    /// <summary>There are as many as there are purposes in this program.</summary>
    private const int AtMost = 100;

    private readonly IDocuments<SigningKey> keys = services.Documents<SigningKey>();

    /// <summary>The key of a purpose, the same in every process.</summary>
    /// <param name="purpose">A word, such as <c>trace</c>.</param>
    /// <exception cref="SealBrokenException">What is stored cannot be read; <see cref="SecretsDoor.IsUnreadable"/> tells.</exception>
    /// <exception cref="DatabaseUnavailableException">The services database cannot tell.</exception>
    public async Task<byte[]> FindOrMakeAsync(string purpose, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await keys.FindAsync(purpose, cancellationToken) is { } stored)
            {
                return Convert.FromBase64String(vault.Open(Owner, NameOf(purpose), stored.Sealed));
            }

            var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
            await keys.TryAddAsync(new SigningKey { Id = purpose, Sealed = vault.Seal(Owner, NameOf(purpose), made) }, cancellationToken);
        }
    }

    /// <summary>Keys of a purpose that follow from the encryption keys: they need no database, and change when the first encryption key does. The first one's is the first.</summary>
    public IReadOnlyList<byte[]> Derive(string purpose) => vault.Keys.Derive(purpose);

    /// <summary>Seals anew what is sealed with another key than the first.</summary>
    public async Task ResealAsync(CancellationToken cancellationToken)
    {
        foreach (var key in await keys.QueryAsync(new DocumentQuery(null, AtMost), cancellationToken))
        {
            if (!string.Equals(Vault.KeyIdOf(key.Sealed), vault.Keys.FirstId, StringComparison.Ordinal))
            {
                var name = NameOf(key.Id);

                // Lost to another process it is sealed anew by that one.
                await keys.TryReplaceAsync(
                    key with { Version = key.Version + 1, Sealed = vault.Seal(Owner, name, vault.Open(Owner, name, key.Sealed)) },
                    cancellationToken);
            }
        }
    }

    private static string NameOf(string purpose) => $"signing key of {purpose}";
}
