using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Which secrets a client has, and its plain settings.</summary>
internal static class ListSecrets
{
    public static async Task<Results<Ok<IReadOnlyDictionary<string, SecretView>>, Failure>> HandleAsync(
        string code, ClientRegistry clients, SecretStore secrets, CancellationToken cancellationToken) =>
        await clients.FindAsync(code, cancellationToken) is { } client
            ? TypedResults.Ok(SecretView.AllOf(await secrets.ReadAsync(client.Id, cancellationToken)))
            : new Failure(TenantErrors.NoSuchClient);
}
