using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Seals everything anew with the first encryption key, after which the others can be dropped.</summary>
internal static class ResealSecrets
{
    /// <param name="Resealed">Clients whose secrets were sealed with another key.</param>
    /// <param name="KeyId">The key that everything is sealed with now.</param>
    public sealed record Response(int Resealed, string KeyId);

    public static async Task<Ok<Response>> HandleAsync(Actor actor, Resealing resealing, AuditLog audit, CancellationToken cancellationToken)
    {
        var response = await resealing.RunAsync(cancellationToken);
        await audit.WriteAsync(actor, "secrets.resealed", null, cancellationToken);
        return TypedResults.Ok(response);
    }
}

/// <summary>Walks all clients' secrets. Stopped half-way it leaves each readable; the next run does the rest.</summary>
internal sealed class Resealing(SecretStore secrets, SigningKeyDoor signing, Vault vault, EncryptionKeyCheck keyCheck, TenantChanges changes)
{
    private const int AtOnce = 100;

    public async Task<ResealSecrets.Response> RunAsync(CancellationToken cancellationToken)
    {
        var resealed = 0;
        var after = "";

        while (await secrets.PageAsync(after, AtOnce, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var set in page)
            {
                if (await secrets.ResealAsync(set.Id, cancellationToken))
                {
                    resealed++;
                    await changes.AnnounceAsync(set.Id, cancellationToken);
                }
            }

            after = page[^1].Id;
        }

        await signing.ResealAsync(cancellationToken);
        await keyCheck.KeepOnlyAsync([vault.Keys.FirstId], cancellationToken);
        return new ResealSecrets.Response(resealed, vault.Keys.FirstId);
    }
}
