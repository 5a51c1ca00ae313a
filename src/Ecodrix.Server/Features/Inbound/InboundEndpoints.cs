using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Inbound.Quarantine;
using Ecodrix.Server.Features.Inbound.Webhook;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Instances;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Inbound;

/// <summary>What Meta posts to us: read this file to know what the feature offers.</summary>
internal static class InboundEndpoints
{
    private const int LargestBody = 4 * 1024 * 1024;

    public static void MapInbound(this IEndpointRouteBuilder routes)
    {
        var webhook = routes.MapPublicRoutes().MapGroup("/api/saas/whatsapp/webhook").WithTags("WhatsApp webhook");

        webhook.MapGet("/", VerifyWebhook.HandleAsync).WithSummary("Answer Meta's challenge").AnswersText().Fails(InboundErrors.WrongToken);
        webhook.MapGet("/{code}", VerifyWebhook.OfClientAsync).WithSummary("Answer Meta's challenge for one client").AnswersText().Fails(InboundErrors.WrongToken);
        webhook.MapPost("/", ReceiveWebhook.HandleAsync).WithSummary("Take what Meta posts").WithBodyLimit(LargestBody).WithoutCounting().Fails(InboundErrors.WrongSignature, Errors.PayloadTooLarge, Errors.InvalidJson);
        webhook.MapPost("/{code}", ReceiveWebhook.OfClientAsync).WithSummary("Take what Meta posts for one client").WithBodyLimit(LargestBody).WithoutCounting().Fails(InboundErrors.WrongSignature, Errors.PayloadTooLarge, Errors.InvalidJson);

        routes.MapAdminRoutes().MapGroup("/api/admin").WithTags("Administration")
            .MapGet("/quarantine", ListQuarantine.HandleAsync).WithSummary("What Meta posted for numbers that no client has");
    }

    public static IServiceCollection AddInbound(this IServiceCollection services)
    {
        InboundTelemetry.Begin();
        return services.AddReception();
    }

    private static IServiceCollection AddReception(this IServiceCollection services) => services
        .AddWireTypes(InboundJson.Default)
        .AddTenantDocuments<KeptNotice>()
        .AddSingleton<Reception>()
        .AddSingleton<QuarantineStore>()
        .AddSingleton<QuarantineDoor>()
        .AddSingleton<INumberListener>(provider => provider.GetRequiredService<QuarantineStore>())
        .AddSingleton<IWorkHandler, WebhookJob>()
        .AddRound<QuarantineStore>("quarantine", QuarantineStore.BetweenSweeps, (quarantine, token) => quarantine.SweepAsync(token));

    private static RouteHandlerBuilder AnswersText(this RouteHandlerBuilder route) =>
        route.Produces(StatusCodes.Status200OK, contentType: "text/plain");
}
