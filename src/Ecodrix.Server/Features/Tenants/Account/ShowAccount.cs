using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Account;

/// <summary>The caller's own client.</summary>
internal static class ShowAccount
{
    public static async Task<Results<Ok<AccountView>, Failure>> HandleAsync(Caller caller, ClientRegistry clients, CancellationToken cancellationToken) =>
        await clients.FindAsync(caller.Tenant.Code, cancellationToken) is { } client
            ? TypedResults.Ok(AccountView.Of(client, caller.Tenant.Mode))
            : new Failure(TenantErrors.NoSuchClient);
}
