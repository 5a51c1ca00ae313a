using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>Ends a key: here at once, in every process within two seconds.</summary>
internal static class RevokeKey
{
    public static async Task<Results<Ok<KeyView>, Failure>> HandleAsync(
        string code, Id keyId, Actor actor, KeyStore keys, AuditLog audit, CancellationToken cancellationToken)
    {
        var client = code.ToUpperInvariant();
        if (await keys.RevokeAsync(client, keyId, cancellationToken) is not { } key)
        {
            return new Failure(TenantErrors.NoSuchKey);
        }

        var facts = new Dictionary<string, string?>(StringComparer.Ordinal) { ["keyId"] = key.KeyId };
        await audit.WriteAsync(actor, "key.revoked", client, facts, cancellationToken);
        return TypedResults.Ok(KeyView.Of(key));
    }
}
