using Ecodrix.Server.Features.Realtime.LivePages;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>The realtime routes: read this file to know what the feature offers.</summary>
internal static class RealtimeEndpoints
{
    private const string TokenExample = """{"expiresInSeconds":3600}""";

    /// <param name="routes">Of everybody.</param>
    public static void MapLivePage(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(LiveLink.Path).WithTags("Realtime");

        pages.MapGet("", LivePage.Handle).WithSummary("A page that shows a client's events, runs and callbacks as they come")
            .Produces(StatusCodes.Status200OK, contentType: "text/html");
        pages.MapGet("/{file}", LivePage.Script).WithSummary("The scripts of that page").Produces(StatusCodes.Status200OK, contentType: "text/javascript");
    }

    /// <param name="routes">Of tenants.</param>
    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        var realtime = routes.MapGroup("/api/saas/realtime").WithTags("Realtime").Needs(KeyScope.Realtime);

        realtime.MapPost("/token", IssueToken.HandleAsync).WithSummary("Issue a short-lived token for a browser")
            .Fails(RealtimeErrors.TooManyTokens).WithRequestExample(TokenExample);
        realtime.MapGet("/events", ReadStream.HandleAsync).WithSummary("Read what dashboards were told after a number");
    }
}
