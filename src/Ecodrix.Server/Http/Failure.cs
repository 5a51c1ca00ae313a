using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ecodrix.Server.Http;

/// <summary>A refusal as a route's result. Writes the one error body that there is.</summary>
internal sealed class Failure(Error error, ValidationErrors? fields = null) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public Failure(ValidationErrors fields)
        : this(Errors.Validation with { Message = fields.Summary() }, fields)
    {
    }

    public Error Error => error;

    public ValidationErrors? Fields => fields;

    /// <summary>When to come back, for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the body says beside the error, for the few routes whose refusal carries figures.</summary>
    public IEnveloped? Besides { get; init; }

    int? IStatusCodeHttpResult.StatusCode => error.Status;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new MayFail([]));

    public Task ExecuteAsync(HttpContext httpContext) => ErrorBody.WriteAsync(httpContext, this);
}

/// <summary>Which refusals a route documents as its own. Put on with <see cref="RouteDocumentation.Fails{TBuilder}"/>.</summary>
internal sealed record MayFail(IReadOnlyList<Error> Errors);
