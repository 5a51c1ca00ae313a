using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Account;

/// <summary>Changes what a client may change of itself: its name, time zone, region and currency.</summary>
internal static class ChangeSettings
{
    public static async Task<Results<Ok<AccountView>, Failure>> HandleAsync(
        JsonElement body, Caller caller, Actor actor, ClientRegistry clients, AuditLog audit, CancellationToken cancellationToken)
    {
        var patch = ClientPatch.Read(body, ClientPatch.OwnFields);
        if (patch.Errors.Any)
        {
            return new Failure(patch.Errors);
        }

        if (await clients.ChangeAsync(caller.Tenant.Code, patch.Apply, cancellationToken) is not { } client)
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        await audit.WriteAsync(actor, "settings.changed", client.Id, patch.Facts, cancellationToken);
        return TypedResults.Ok(AccountView.Of(client, caller.Tenant.Mode));
    }
}
