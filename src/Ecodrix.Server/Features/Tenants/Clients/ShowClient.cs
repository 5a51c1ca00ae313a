using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>One client.</summary>
internal static class ShowClient
{
    public static async Task<Results<Ok<ClientView>, Failure>> HandleAsync(string code, ClientRegistry clients, TenantPlaces places, CancellationToken cancellationToken) =>
        await clients.FindAsync(code, cancellationToken) is { } client
            ? TypedResults.Ok(ClientView.Of(client) with { DataSource = (await places.FindAsync(client.Tenant, cancellationToken)).Kind })
            : new Failure(TenantErrors.NoSuchClient);
}
