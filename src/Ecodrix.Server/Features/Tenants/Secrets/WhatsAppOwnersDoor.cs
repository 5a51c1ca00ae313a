using System.Security.Cryptography;
using System.Text;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Whose a WhatsApp number or business is, and how what Meta posts for it is signed.</summary>
/// <remarks>Every answer may throw <see cref="SealBrokenException"/> when what is stored cannot be read.</remarks>
internal sealed class WhatsAppOwnersDoor(SecretStore store, NumberClaims numbers, TenantChanges changes)
{
    private readonly KeptByClient<OpenedSecrets> kept = new(changes);

    /// <returns>Null when the number is nobody's.</returns>
    public async Task<WhatsAppOwner?> OfNumberAsync(string number, CancellationToken cancellationToken)
    {
        // A claim is taken before the number is stored, and given up after another is.
        var owner = await numbers.HolderAsync(number, cancellationToken) is { } client ? await OfClientAsync(client, cancellationToken) : null;
        return string.Equals(owner?.PhoneNumberId, number, StringComparison.Ordinal) ? owner : null;
    }

    /// <returns>Empty when the business is nobody's; several clients may share one.</returns>
    public async Task<IReadOnlyList<WhatsAppOwner>> OfBusinessAsync(string businessId, CancellationToken cancellationToken)
    {
        var owners = new List<WhatsAppOwner>();
        foreach (var client in await store.FindByBusinessAsync(businessId, cancellationToken))
        {
            if (await OfClientAsync(client, cancellationToken) is { } owner)
            {
                owners.Add(owner);
            }
        }

        return owners;
    }

    /// <param name="code">In any case.</param>
    /// <returns>Null when there is no such client, or it has no settings.</returns>
    public async Task<WhatsAppOwner?> OfCodeAsync(string code, CancellationToken cancellationToken) =>
        TenantId.TryParse(code.ToUpperInvariant(), out var tenant) && !tenant.IsTest ? await OfClientAsync(tenant.Code, cancellationToken) : null;

    /// <summary>Whether some client set this verify token.</summary>
    public async Task<bool> IsVerifyTokenAsync(string token, CancellationToken cancellationToken) =>
        await store.FindByVerifyTokenAsync(token, cancellationToken) is { } client
        && await OfClientAsync(client, cancellationToken) is { } owner
        && owner.IsVerifyToken(token);

    private async ValueTask<WhatsAppOwner?> OfClientAsync(string client, CancellationToken cancellationToken) =>
        await kept.GetAsync(client, store.ReadAsync, cancellationToken) is { } secrets
            ? new WhatsAppOwner(TenantId.Parse(client), secrets.Find(SecretName.WhatsAppPhoneNumberId), secrets.Find(SecretName.WhatsAppBusinessId), secrets.Find(SecretName.WhatsAppAppSecret), secrets.Find(SecretName.WhatsAppWebhookToken))
            : null;
}

/// <summary>A client as Meta's webhook knows it.</summary>
/// <param name="AppSecret">Null when the operator's app serves it.</param>
internal sealed record WhatsAppOwner(TenantId Tenant, string? PhoneNumberId, string? BusinessId, string? AppSecret, string? VerifyToken)
{
    /// <summary>In constant time.</summary>
    public bool IsVerifyToken(string token) => VerifyToken is { } expected && AreSame(expected, token);

    /// <summary>Compares in constant time, whatever the lengths.</summary>
    public static bool AreSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));

    /// <summary>Names no secret.</summary>
    public override string ToString() => $"owner {Tenant.Value}";
}
