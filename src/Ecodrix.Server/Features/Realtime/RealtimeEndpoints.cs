using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>The realtime routes: read this file to know what the feature offers.</summary>
internal static class RealtimeEndpoints
{
    private const string TokenExample = """{"expiresInSeconds":3600}""";

    /// <param name="routes">Of tenants.</param>
    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        var realtime = routes.MapGroup("/api/saas/realtime").WithTags("Realtime");

        realtime.MapPost("/token", IssueToken.HandleAsync).WithSummary("Issue a short-lived token for a browser")
            .Fails(RealtimeErrors.TooManyTokens).WithRequestExample(TokenExample);
        realtime.MapGet("/events", ReadStream.HandleAsync).WithSummary("Read what dashboards were told after a number");
    }
}
