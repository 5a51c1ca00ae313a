using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Empties the caller's test twin: its leads, messages, events and all else that it holds.</summary>
internal static class ResetSandbox
{
    public sealed record Emptied(string ClientCode, string Mode);

    public static async Task<Results<Ok<Emptied>, Failure>> HandleAsync(
        Caller caller, ErasureDoor erasure, ITenantDatabases databases, CancellationToken cancellationToken)
    {
        if (!caller.Tenant.IsTest)
        {
            return new Failure(SandboxErrors.LiveKey);
        }

        await erasure.EraseAsync(caller.Tenant, cancellationToken);
        await databases.CreateAsync(caller.Tenant, cancellationToken);
        return TypedResults.Ok(new Emptied(caller.Tenant.Code, caller.Tenant.Mode));
    }
}
