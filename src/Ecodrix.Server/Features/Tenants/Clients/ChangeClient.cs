using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Changes a client's fields, its status or its limits; in force everywhere within two seconds.</summary>
internal static class ChangeClient
{
    public static async Task<Results<Ok<ClientView>, Failure>> HandleAsync(
        string code, JsonElement body, Actor actor, ClientRegistry clients, AuditLog audit, CancellationToken cancellationToken)
    {
        var patch = ClientPatch.Read(body, ClientPatch.AllFields);
        if (patch.Errors.Any)
        {
            return new Failure(patch.Errors);
        }

        if (await clients.ChangeAsync(code, patch.Apply, cancellationToken) is not { } client)
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        await audit.WriteAsync(actor, "client.changed", client.Id, patch.Facts, cancellationToken);
        return TypedResults.Ok(ClientView.Of(client));
    }
}
