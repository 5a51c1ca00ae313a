using Microsoft.AspNetCore.Http.Metadata;

namespace Ecodrix.Server.Http;

/// <summary>The three groups that every route hangs off. Each lets in its own callers and answers in the envelope.</summary>
internal static class RouteGroups
{
    /// <summary>For clients: <c>x-api-key</c> and <c>x-client-code</c>. The handler takes a <see cref="Caller"/>.</summary>
    public static RouteGroupBuilder MapTenantRoutes(this IEndpointRouteBuilder routes) => routes.MapGroup(RouteAudience.Tenant);

    /// <summary>For operators: <c>x-core-api-key</c>. The handler takes an <see cref="AdminCaller"/>.</summary>
    public static RouteGroupBuilder MapAdminRoutes(this IEndpointRouteBuilder routes) => routes.MapGroup(RouteAudience.Admin);

    /// <summary>For everybody, counted by client address.</summary>
    public static RouteGroupBuilder MapPublicRoutes(this IEndpointRouteBuilder routes) => routes.MapGroup(RouteAudience.Public);

    private static RouteGroupBuilder MapGroup(this IEndpointRouteBuilder routes, RouteAudience audience)
    {
        var group = routes.MapGroup("");
        group.WithMetadata(new AudienceOf(audience));
        group.AddEndpointFilterFactory(static (route, next) => route.ApplicationServices.GetRequiredService<Envelope>().Around(next));
        group.TakeNoBodyForServices();
        if (audience is not RouteAudience.Admin)
        {
            group.AnswerPages();
        }

        return group;
    }

    /// <summary>
    /// The generator of request delegates writes a body of no type for a route whose services all come as <c>[AsParameters]</c>: it cannot know that they are
    /// services. A route that takes a body names its type.
    /// </summary>
    private static void TakeNoBodyForServices(this RouteGroupBuilder group) => ((IEndpointConventionBuilder)group).Finally(static route =>
    {
        foreach (var untyped in route.Metadata.OfType<IAcceptsMetadata>().Where(body => body.RequestType is null).ToArray())
        {
            route.Metadata.Remove(untyped);
        }
    });

    /// <summary>Lets a preflight find the route that it asks about, in place of a 405.</summary>
    private static void AnswerPages(this RouteGroupBuilder group)
    {
        group.WithMetadata(new AnswersPages());
        ((IEndpointConventionBuilder)group).Finally(static route =>
        {
            foreach (var methods in route.Metadata.OfType<HttpMethodMetadata>())
            {
                methods.AcceptCorsPreflight = true;
            }
        });
    }
}

/// <summary>On every route that a group of <see cref="RouteGroups"/> made.</summary>
internal sealed record AudienceOf(RouteAudience Audience);
