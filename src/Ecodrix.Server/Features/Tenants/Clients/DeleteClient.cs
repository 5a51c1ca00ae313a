using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Suspends a client; with <c>?purge=true</c> also gives a token, and with <c>&amp;confirm={token}</c> erases it.</summary>
internal static class DeleteClient
{
    /// <param name="Status"><c>suspended</c> or <c>erased</c>.</param>
    /// <param name="Confirm">What the second call has to bring as <c>confirm</c>; else null.</param>
    public sealed record Response(string ClientCode, string Status, string? Confirm, DateTimeOffset? ConfirmBefore);

    public sealed class Query
    {
        public required string Code { get; init; }

        /// <summary><c>true</c> to erase.</summary>
        public string? Purge { get; init; }

        public string? Confirm { get; init; }
    }

    public static async Task<Results<Ok<Response>, Failure>> HandleAsync(
        [AsParameters] Query query, Actor actor, ClientErasure erasure, ClientRegistry clients, AuditLog audit, CancellationToken cancellationToken)
    {
        var code = query.Code.ToUpperInvariant();

        if (query.Purge is not (null or "true" or "false"))
        {
            return new Failure(new ValidationErrors("purge", "must be true or false"));
        }

        if (query.Purge is not "true")
        {
            var client = await clients.ChangeAsync(code, client => client with { Status = ClientStatus.Suspended }, cancellationToken);
            return await AnswerAsync(client is null ? null : new Response(code, "suspended", null, null));
        }

        if (string.IsNullOrEmpty(query.Confirm))
        {
            var prepared = await erasure.PrepareAsync(code, cancellationToken);
            return await AnswerAsync(prepared is { } given ? new Response(code, "suspended", given.Token, given.ExpiresAt) : null);
        }

        return await erasure.EraseAsync(code, query.Confirm, cancellationToken) is not { } erased
            ? new Failure(TenantErrors.NoSuchClient)
            : erased ? await AnswerAsync(new Response(code, "erased", null, null))
            : new Failure(TenantErrors.ConfirmationWrong);

        async Task<Results<Ok<Response>, Failure>> AnswerAsync(Response? response)
        {
            if (response is null)
            {
                return new Failure(TenantErrors.NoSuchClient);
            }

            await audit.WriteAsync(actor, $"client.{response.Status}", code, cancellationToken);
            return TypedResults.Ok(response);
        }
    }
}
