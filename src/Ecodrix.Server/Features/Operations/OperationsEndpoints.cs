using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Server.Features.Operations.Metrics;
using Ecodrix.Server.Features.Operations.Overview;
using Ecodrix.Server.Features.Operations.Pages;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Intake;
using Ecodrix.Server.Http.OpenApi;

namespace Ecodrix.Server.Features.Operations;

/// <summary>Health, the first page and the documentation: read this file to know what the feature offers.</summary>
internal static class OperationsEndpoints
{
    /// <summary>What every instance answers, whatever its role.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapPublicRoutes();

        var health = open.MapGroup("").WithTags("Health").AnswersToTheEnd();
        health.MapGet("/api/saas/health", ShowHealth.HandleAsync).WithSummary("Tell whether the service and its database answer").Fails(Errors.DatabaseUnavailable);
        health.MapGet("/health/live", Probes.Live).WithSummary("Tell that the process runs");
        health.MapGet("/health/ready", Probes.ReadyAsync).WithSummary("Tell whether requests may be sent here").Fails(Errors.DatabaseUnavailable, OverloadErrors.Stopping);

        open.MapGet("/metrics", ShowMetrics.HandleAsync).WithTags("Health").WithSummary("Figures of this process for Prometheus")
            .Produces(StatusCodes.Status200OK, contentType: "text/plain").Fails(Errors.Unauthorized, Errors.UnknownRoute);
    }

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminRoutes().MapGroup("/api/admin").WithTags("Administration")
            .MapGet("/overview", ShowOverview.HandleAsync).WithSummary("Tell how each client is: events, queue, errors, unknown effects");

        routes.MapTenantRoutes().MapGroup("").WithTags("Health").NeedsNoScope()
            .MapGet("/api/saas/health/client", ShowClientHealth.HandleAsync).WithSummary("Tell how the client's channels and queue are");

        var pages = routes.MapPublicRoutes().MapGroup("").WithTags("Documentation");
        pages.MapGet("/", HomePage.HandleAsync).WithSummary("A page that says what this is").ProducesPage();
        pages.MapGet("/docs", DocsPage.Handle).WithSummary("The reference as a page").ProducesPage();
        pages.MapGet("/docs/{file}", DocsPage.Script).WithSummary("The scripts of the reference").Produces(StatusCodes.Status200OK, contentType: "text/javascript");
        pages.MapGet("/openapi/v1.json", ApiDescription.HandleAsync).WithSummary("This API as an OpenAPI 3.1 document").Produces(StatusCodes.Status200OK, contentType: "application/json");
    }

    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<DatabasePulse>();
        services.AddSingleton<ChannelProbes>();
        services.AddSingleton<ChannelHealthDoor>();
        services.AddSingleton<Uptime>();
        services.AddSingleton<Backlog>();
        services.AddSingleton<ExposedMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<ExposedMetrics>());
        services.AddSingleton<TenantOverviews>();
        services.AddWireTypes(OperationsJson.Default);
        services.AddApiDescription();
        return services;
    }

    private static RouteHandlerBuilder ProducesPage(this RouteHandlerBuilder route) =>
        route.Produces(StatusCodes.Status200OK, contentType: "text/html");
}
