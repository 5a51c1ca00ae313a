using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>Which errors a route can give: its own, those of its audience, and those that follow from what it takes.</summary>
internal static class RouteErrors
{
    public static IEnumerable<Error> Of(IList<object> metadata, OpenApiOperation operation)
    {
        var own = metadata.OfType<MayFail>().SelectMany(one => one.Errors).ToArray();
        var audience = metadata.OfType<AudienceOf>().LastOrDefault()?.Audience;

        return own
            .Concat(OfAudience(audience))
            .Concat(metadata.OfType<NeededScope>().LastOrDefault()?.Scope is { } scope ? [scope.Lacking] : [])
            .Concat(OfInput(operation, own))
            .Concat(metadata.Any(item => item is Idempotency.Idempotent or Idempotency.KeepsOwnAnswers) ? [Errors.IdempotencyConflict, Errors.IdempotencyInProgress] : [])
            .Append(Errors.RateLimited)
            .Append(Errors.Internal)
            .Append(Errors.Unavailable)
            .Distinct()
            .OrderBy(error => error.Status);
    }

    private static IEnumerable<Error> OfAudience(RouteAudience? audience) => audience switch
    {
        RouteAudience.Tenant => [Errors.Unauthorized, Errors.ClientSuspended, Errors.ForbiddenOrigin, Errors.ForbiddenAddress],
        RouteAudience.Admin => [Errors.Unauthorized, Errors.AdminElsewhere, Errors.AdminDisabled],
        _ => [],
    };

    private static IEnumerable<Error> OfInput(OpenApiOperation operation, IReadOnlyList<Error> own)
    {
        var inputs = operation.Parameters?.OfType<OpenApiParameter>().ToArray() ?? [];
        if (operation.RequestBody is not null)
        {
            yield return Errors.InvalidJson;
            yield return Errors.PayloadTooLarge;
        }

        if (operation.RequestBody is not null || Array.Exists(inputs, input => input.In is ParameterLocation.Query))
        {
            yield return Errors.Validation;
        }

        if (Array.Exists(inputs, input => string.Equals(input.Schema?.Pattern, WireSchemas.IdPattern, StringComparison.Ordinal)))
        {
            yield return Errors.InvalidId;
        }

        if (Array.Exists(inputs, input => input.In is ParameterLocation.Path) && own.All(error => error.Status != StatusCodes.Status404NotFound))
        {
            yield return Errors.NotFound;
        }
    }
}
