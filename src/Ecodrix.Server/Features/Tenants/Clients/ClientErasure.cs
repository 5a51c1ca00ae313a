using System.Security.Cryptography;
using System.Text;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Secrets;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Erases a client for good, in two steps: the first suspends it and gives a token, the second takes the token.</summary>
/// <remarks>
/// Erased are both databases, the keys, the secrets, the claim to a WhatsApp number and what features keep as
/// <see cref="ITenantRemains"/>. What stays is the code, so that it is never used again, and the audit log, which names
/// no person. A crash in between leaves a client that no key opens; the second step with the same token goes on.
/// </remarks>
internal sealed class ClientErasure(
    ClientRegistry clients, KeyStore keys, SecretErasure secrets, ErasureDoor tenants, TimeProvider clock)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    /// <returns>The token and when it runs out; null when there is no such client.</returns>
    public async Task<(string Token, DateTimeOffset ExpiresAt)?> PrepareAsync(string code, CancellationToken cancellationToken)
    {
        var token = KeyText.NewToken();
        var expiresAt = clock.GetUtcNow() + TokenLife;
        var suspended = await clients.ChangeAsync(
            code,
            client => client with { Status = ClientStatus.Suspended, PurgeTokenHash = KeyText.Hash(token), PurgeTokenExpiresAt = expiresAt },
            cancellationToken);

        return suspended is null ? null : (token, expiresAt);
    }

    /// <returns>Null when there is no such client; false when the token is not the one that was given, or too old.</returns>
    public async Task<bool?> EraseAsync(string code, string token, CancellationToken cancellationToken)
    {
        if (await clients.FindAnyAsync(code, cancellationToken) is not { } client || !(client.Exists || client.Status is ClientStatus.Erasing))
        {
            return null;
        }

        if (!IsConfirmed(client, token))
        {
            return false;
        }

        var erasing = client.Next() with { Status = ClientStatus.Erasing };
        if (!await clients.TryReplaceAsync(erasing, cancellationToken))
        {
            return false;
        }

        await keys.DeleteAllAsync(erasing.Id, cancellationToken);
        await tenants.EraseAsync(erasing.Tenant, cancellationToken);
        await tenants.EraseAsync(erasing.Tenant.Test, cancellationToken);

        // Last, because they tell where the databases are.
        await secrets.EraseAsync(erasing.Id, cancellationToken);

        return await clients.TryReplaceAsync(TombstoneOf(erasing), cancellationToken);
    }

    private bool IsConfirmed(Client client, string token) =>
        client.PurgeTokenHash is { } expected
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(KeyText.Hash(token)))
        && (client.Status is ClientStatus.Erasing || (client.Status is ClientStatus.Suspended && client.PurgeTokenExpiresAt > clock.GetUtcNow()));

    private static Client TombstoneOf(Client client) => new()
    {
        Id = client.Id,
        Version = client.Version + 1,
        Name = "",
        TimeZone = ClientForms.DefaultTimeZone,
        Region = ClientForms.DefaultRegion,
        Currency = ClientForms.DefaultCurrency,
        Status = ClientStatus.Erased,
        CreatedAt = client.CreatedAt,
    };
}
