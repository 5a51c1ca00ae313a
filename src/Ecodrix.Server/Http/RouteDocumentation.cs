namespace Ecodrix.Server.Http;

/// <summary>What a route says of itself beyond its types, for the OpenAPI document.</summary>
internal static class RouteDocumentation
{
    /// <summary>Names the refusals that are the route's own; those that any route of its group gives are added by themselves.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder route, params Error[] errors)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new MayFail(errors));

    /// <summary>Names a query parameter that the handler's signature does not show, because a type of ours binds it.</summary>
    public static TBuilder WithQueryParameter<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new QueryParameter(name, description));

    /// <summary>Shows a body that works, as JSON text.</summary>
    public static TBuilder WithRequestExample<TBuilder>(this TBuilder route, string json)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RequestExample(json));

    /// <summary>Shows an answer, as JSON text of what stands in <c>data</c>.</summary>
    public static TBuilder WithAnswerExample<TBuilder>(this TBuilder route, string json, int status = StatusCodes.Status200OK)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AnswerExample(json, status));
}

internal sealed record QueryParameter(string Name, string Description);

internal sealed record RequestExample(string Json);

/// <param name="Json">What stands in <c>data</c>.</param>
internal sealed record AnswerExample(string Json, int Status);
