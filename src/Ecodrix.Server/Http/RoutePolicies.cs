namespace Ecodrix.Server.Http;

/// <summary>Whom a route is for; decides who is let in, and what is counted.</summary>
internal enum RouteAudience
{
    Public,

    Tenant,

    Admin,
}

/// <summary>What a route takes and costs. The last one put on a route counts.</summary>
internal static class RoutePolicies
{
    public const int DefaultBodyBytes = 1024 * 1024;

    /// <summary>Takes bodies larger, or only smaller, than 1 MiB.</summary>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder route, int bytes)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new BodyLimit(bytes));

    /// <summary>For a public route that is limited by size only: its callers prove themselves in the handler.</summary>
    public static TBuilder WithoutCounting<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Uncounted());

    /// <summary>The request is a trigger, not one of the others; a dry run is none.</summary>
    public static TBuilder CountsAsTrigger<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new TriggerCost(RequestCost.Trigger));

    /// <summary>The handler is called even while the tenant's database is down; what it asks of that fails.</summary>
    public static TBuilder EvenWithoutDatabase<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new WorksWithoutDatabase());

    /// <summary>The handler counts the triggers itself, by <see cref="Limits.TriggerAllowance"/>.</summary>
    public static TBuilder CountsTriggersItself<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new TriggerCost(RequestCost.CountedByHandler));
}

internal sealed record BodyLimit(int Bytes);

/// <summary>On public routes whose requests are not counted by address.</summary>
internal sealed record Uncounted;

/// <summary>On routes that read their body as it comes, and limit it themselves.</summary>
internal sealed record ReadsOwnBody;

/// <summary>What a request takes from its tenant's allowance.</summary>
internal enum RequestCost
{
    Request,

    Trigger,

    CountedByHandler,
}

internal sealed record TriggerCost(RequestCost Cost)
{
    public RequestCost Of(HttpRequest request) =>
        string.Equals(request.Query["dryRun"], "true", StringComparison.Ordinal) ? RequestCost.Request : Cost;
}
