using System.Security.Cryptography;
using System.Text;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Reads and changes the sealed sets. Who changes one announces it.</summary>
internal sealed class SecretStore(IServicesDatabase services, Vault vault)
{
    private const int MostOfABusiness = 100;

    private readonly IDocuments<SecretSet> sets = services.Documents<SecretSet>();

    /// <returns>Null when the client has none.</returns>
    public async Task<OpenedSecrets?> ReadAsync(string client, CancellationToken cancellationToken) =>
        await sets.FindAsync(client, cancellationToken) is { } stored ? Open(stored) : null;

    /// <summary>Applies one pure change to a client's set, again when someone else was first.</summary>
    /// <param name="change">Gets the set as it is and says what to change; null leaves it.</param>
    /// <returns>The set as it was before the change, and whether it was made.</returns>
    public async Task<(OpenedSecrets Before, bool Changed)> ChangeAsync(
        string client, Func<OpenedSecrets, SecretsChange?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await sets.FindAsync(client, cancellationToken);
            var before = Open(stored ?? new SecretSet { Id = client });

            if (change(before) is not { } wanted)
            {
                return (before, false);
            }

            var next = Apply(stored ?? new SecretSet { Id = client, Version = 0 }, wanted);
            if (stored is null ? await sets.TryAddAsync(next, cancellationToken) : await sets.TryReplaceAsync(next, cancellationToken))
            {
                return (before, true);
            }
        }
    }

    /// <summary>Whether anything of the client was sealed with another key than the first, and is sealed anew with that one.</summary>
    public async Task<bool> ResealAsync(string client, CancellationToken cancellationToken)
    {
        while (await sets.FindAsync(client, cancellationToken) is { } stored)
        {
            if (stored.Sealed.Values.All(text => string.Equals(Vault.KeyIdOf(text), vault.Keys.FirstId, StringComparison.Ordinal)))
            {
                return false;
            }

            var fresh = stored.Sealed.ToDictionary(
                entry => entry.Key,
                entry => vault.Seal(client, entry.Key, vault.Open(client, entry.Key, entry.Value)),
                StringComparer.Ordinal);

            if (await sets.TryReplaceAsync(stored.Next(fresh), cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    public Task<IReadOnlyList<SecretSet>> PageAsync(string after, int limit, CancellationToken cancellationToken) =>
        sets.QueryAsync(new DocumentQuery(Condition.Gt("_id", after), limit), cancellationToken);

    /// <returns>The client that set this verify token; null when none has.</returns>
    public async Task<string?> FindByVerifyTokenAsync(string token, CancellationToken cancellationToken) =>
        (await sets.QueryAsync(new DocumentQuery(Condition.Eq("verifyTokenHash", HashOf(token)!), 1), cancellationToken)) is [var found] ? found.Id : null;

    /// <returns>The clients that set this WhatsApp business id, of which several may share one.</returns>
    public async Task<IReadOnlyList<string>> FindByBusinessAsync(string businessId, CancellationToken cancellationToken) =>
        [.. (await sets.QueryAsync(new DocumentQuery(Condition.Eq("businessId", businessId), MostOfABusiness), cancellationToken)).Select(found => found.Id)];

    public Task DeleteAsync(string client, CancellationToken cancellationToken) => sets.DeleteAsync(client, cancellationToken);

    private static string? HashOf(string? token) =>
        token is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private OpenedSecrets Open(SecretSet stored) => new(stored, vault);

    private SecretSet Apply(SecretSet stored, SecretsChange change)
    {
        var values = new Dictionary<string, string>(stored.Sealed, StringComparer.Ordinal);
        foreach (var (name, text) in change.Values)
        {
            if (text is null)
            {
                values.Remove(name);
            }
            else
            {
                values[name] = vault.Seal(stored.Id, name, text);
            }
        }

        return stored.Next(values) with
        {
            PreviousWebhookSecretUntil = change.PreviousWebhookSecretUntil,
            VerifyTokenHash = change.Values.TryGetValue(SecretName.WhatsAppWebhookToken, out var token) ? HashOf(token) : stored.VerifyTokenHash,
            BusinessId = change.Values.TryGetValue(SecretName.WhatsAppBusinessId, out var business) ? business : stored.BusinessId,
        };
    }
}

/// <param name="Values">By name; null deletes.</param>
/// <param name="PreviousWebhookSecretUntil">As it is to be afterwards.</param>
internal sealed record SecretsChange(IReadOnlyDictionary<string, string?> Values, DateTimeOffset? PreviousWebhookSecretUntil)
{
    public static SecretsChange Of(string name, string value) =>
        new(new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value }, null);
}
