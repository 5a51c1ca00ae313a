using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Moves a client's databases a part of the way; to be asked again until they are there.</summary>
internal static class MoveClient
{
    private const string Field = "to";

    private const int LongestUri = 4_096;

    /// <summary>Where most clients' databases are.</summary>
    public const string Default = "default";

    /// <param name="State"><c>copying</c>, while the client works as ever and there is more to do; or <c>done</c>.</param>
    /// <param name="Copied">Documents looked at so far.</param>
    /// <param name="Total">As they were counted at the beginning.</param>
    public sealed record Response(string ClientCode, string State, long Copied, long Total);

    public static async Task<Results<Ok<Response>, Failure>> HandleAsync(
        string code, JsonElement body, Actor actor, Moving moving, ClientRegistry clients, AuditLog audit, CancellationToken cancellationToken)
    {
        if (body.ValueKind is not JsonValueKind.Object
            || !body.TryGetProperty(Field, out var given)
            || given.ValueKind is not JsonValueKind.String
            || given.GetString()?.Trim() is not { Length: > 0 and <= LongestUri } to)
        {
            return new Failure(new ValidationErrors(Field, "is required and must be the address of a MongoDB database, or default"));
        }

        if (await clients.FindAsync(code, cancellationToken) is not { } client)
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        var (response, refusal) = await moving.GoOnAsync(client.Tenant, to is Default ? null : to, cancellationToken);
        if (refusal is not null)
        {
            return new Failure(refusal);
        }

        if (response!.State is "done")
        {
            await audit.WriteAsync(actor, "client.moved", client.Id, cancellationToken);
        }

        return TypedResults.Ok(response);
    }
}
