using Ecodrix.Server.Features.Traces.Gathering;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;

namespace Ecodrix.Server.Features.Traces;

/// <summary>"What happened?", for a key's holder and as a link: read this file to know what the feature offers.</summary>
internal static class TraceEndpoints
{
    public static IServiceCollection AddTraces(this IServiceCollection services) => services
        .AddSingleton<TraceKey>()
        .AddHostedService(provider => provider.GetRequiredService<TraceKey>())
        .AddSingleton<TraceDoor>()
        .AddSingleton<TraceSearch>()
        .AddSingleton<TraceSources>()
        .AddSingleton<TraceBook>()
        .AddSingleton<LinkedTraces>()
        .AddWireTypes(TracesJson.Default);

    public static void MapTraces(this IEndpointRouteBuilder routes)
    {
        routes.MapTenantRoutes().MapGroup("").WithTags("Traces").Needs(KeyScope.Trigger)
            .MapGet("/api/saas/trace/{id}", ShowTrace.HandleAsync).WithSummary("Tell what happened with an event, a run, a message, a callback or a lead").Fails(TraceErrors.NotFound);

        var open = routes.MapPublicRoutes().MapGroup(TraceDoor.Path).WithTags("Traces");
        open.MapGet("/{token}", ShowLinkedTrace.PageAsync).WithSummary("Tell what happened, as a page under a signed link")
            .Produces(StatusCodes.Status200OK, contentType: "text/html").Fails(TraceErrors.NotFound);
        open.MapGet("/{token}.json", ShowLinkedTrace.JsonAsync).WithSummary("The same for programs").Fails(TraceErrors.NotFound, TraceErrors.Expired);
    }
}
