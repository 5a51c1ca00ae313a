using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ecodrix.Server.Features.Tenants.Origins;

/// <summary>Lists, adds and removes the web origins from which a client's pages may call.</summary>
internal static class ChangeOrigins
{
    /// <param name="Origin">Such as <c>https://app.example.com</c>; no path.</param>
    public sealed record Request(string Origin);

    public sealed record View([property: JsonPropertyName("_id")] string Id, string Origin, DateTimeOffset CreatedAt)
    {
        public static View Of(CorsOrigin origin) => new(origin.Id, origin.Origin, origin.CreatedAt);
    }

    /// <param name="Origin">That is not listed any more.</param>
    public sealed record Removed(string Origin);

    public static async Task<Ok<IReadOnlyList<View>>> ListAsync(Caller caller, OriginBook book, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<View>>([.. (await book.OfAsync(caller.Tenant.Code, cancellationToken)).Select(View.Of)]);

    public static async Task<Results<Created<View>, Failure>> AddAsync(
        Request request, Caller caller, Actor actor, OriginBook book, AuditLog audit, CancellationToken cancellationToken)
    {
        if (CorsOrigin.Normalise(request.Origin) is not { } origin)
        {
            return NoOrigin();
        }

        if (await book.AddAsync(caller.Tenant.Code, origin, cancellationToken) is not { } added)
        {
            return new Failure(TenantErrors.TooManyOrigins);
        }

        await audit.WriteAsync(actor, "cors.added", caller.Tenant.Code, cancellationToken);
        return TypedResults.Created("/api/saas/cors", View.Of(added));
    }

    public static async Task<Results<Ok<Removed>, Failure>> RemoveAsync(
        [FromBody] Request request, Caller caller, Actor actor, OriginBook book, AuditLog audit, CancellationToken cancellationToken)
    {
        if (CorsOrigin.Normalise(request.Origin) is not { } origin)
        {
            return NoOrigin();
        }

        if (!await book.RemoveAsync(caller.Tenant.Code, origin, cancellationToken))
        {
            return new Failure(TenantErrors.NoSuchOrigin);
        }

        await audit.WriteAsync(actor, "cors.removed", caller.Tenant.Code, cancellationToken);
        return TypedResults.Ok(new Removed(origin));
    }

    private static Failure NoOrigin() => new(new ValidationErrors("origin", "must be an origin such as https://app.example.com: a scheme, a host and perhaps a port"));
}
