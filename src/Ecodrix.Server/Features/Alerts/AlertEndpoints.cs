using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Sources;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Features.Alerts;

/// <summary>What an operator is told of without asking: read this file to know what the feature offers.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapAdminRoutes().MapGroup("/api/admin/alerts").WithTags("Administration");
        alerts.MapGet("/", ShowAlerts.HandleAsync).WithSummary("Tell what lasts, what is still to be delivered, and the secret that signs it");
        alerts.MapPost("/test", TestAlert.HandleAsync).WithSummary("Send a message to the receiver of alerts, to see that it takes it").Fails(AlertErrors.NoReceiver, AlertErrors.NotTaken);
    }

    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddWireTypes(AlertsJson.Default);
        services.TryAddSingleton<AlertTransport>();
        services.AddSingleton<AlertSender>();
        services.AddSingleton<AlertBook>().AddTenantRows<Alert>();
        services.AddSingleton<LastingAlerts>();
        services.AddSingleton<AlertCourier>().AddHostedService(provider => provider.GetRequiredService<AlertCourier>());
        services.AddSingleton<AlertWatch>().AddHostedService(provider => provider.GetRequiredService<AlertWatch>());
        return services.AddLooks();
    }

    private static IServiceCollection AddLooks(this IServiceCollection services) => services
        .AddSingleton<IAlertLook, ServicesOutage>()
        .AddSingleton<IAlertLook, ClientOutages>()
        .AddSingleton<IAlertLook, LateWork>()
        .AddSingleton<RefusedAccounts>()
        .AddSingleton<IAccountNews>(provider => provider.GetRequiredService<RefusedAccounts>())
        .AddSingleton<IAlertLook>(provider => provider.GetRequiredService<RefusedAccounts>())
        .AddSingleton<IAlertLook, QuarantineGrowth>()
        .AddSingleton<IAlertLook, ExpiringKeys>()
        .AddSingleton<WhatsAppTokenClock>()
        .AddSingleton<IAlertLook, ExpiringTokens>()
        .AddSingleton<IWorkObserver, UnknownEffects>();
}
