using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Keeps each WhatsApp number with one client (15-semantics, "Settings and secrets").</summary>
/// <remarks>A number is claimed before it is stored; a crash in between leaves a claim that another client can take over after a minute.</remarks>
internal sealed class NumberClaims(IServicesDatabase services, SecretStore secrets, TimeProvider clock)
{
    private readonly Claims claims = new(services, clock);

    /// <returns>False when the number is another client's.</returns>
    public async Task<bool> TryClaimAsync(string number, string client, CancellationToken cancellationToken)
    {
        var holder = await claims.TakeAsync(KeyOf(number), client, other => HasAsync(other, number, cancellationToken), cancellationToken);
        return string.Equals(holder, client, StringComparison.Ordinal);
    }

    /// <returns>The client that claimed the number, which may have it no more; null when nobody has.</returns>
    public Task<string?> HolderAsync(string number, CancellationToken cancellationToken) => claims.HolderAsync(KeyOf(number), cancellationToken);

    public Task ReleaseAsync(string number, string client, CancellationToken cancellationToken) =>
        claims.ReleaseAsync(KeyOf(number), client, cancellationToken);

    private static string KeyOf(string number) => $"whatsappNumber:{number}";

    private async Task<bool> HasAsync(string client, string number, CancellationToken cancellationToken) =>
        string.Equals((await secrets.ReadAsync(client, cancellationToken))?.Find(SecretName.WhatsAppPhoneNumberId), number, StringComparison.Ordinal);
}

/// <summary>Erases all that is kept of a client's channels.</summary>
internal sealed class SecretErasure(SecretStore secrets, NumberClaims numbers)
{
    public async Task EraseAsync(string client, CancellationToken cancellationToken)
    {
        // The claim goes first: without the secrets nobody knows which one it was.
        if ((await secrets.ReadAsync(client, cancellationToken))?.Find(SecretName.WhatsAppPhoneNumberId) is { } number)
        {
            await numbers.ReleaseAsync(number, client, cancellationToken);
        }

        await secrets.DeleteAsync(client, cancellationToken);
    }
}
