using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>A client's keys, newest first, with those that ended.</summary>
internal static class ListKeys
{
    public static async Task<Results<Ok<IReadOnlyList<KeyView>>, Failure>> HandleAsync(
        string code, ClientRegistry clients, KeyStore keys, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(code, cancellationToken) is not { } client)
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        var found = await keys.ListAsync(client.Id, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<KeyView>>([.. found.Select(KeyView.Of)]);
    }
}
