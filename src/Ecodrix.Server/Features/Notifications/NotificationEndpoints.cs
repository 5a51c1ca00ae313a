using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>The notification routes: read this file to know what the feature offers.</summary>
internal static class NotificationEndpoints
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services.AddSingleton<NotificationDoor>().AddWireTypes(NotificationsJson.Default)
        .AddTenantDocuments<Notification>();

    /// <param name="routes">Of tenants.</param>
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/api/crm/notifications").WithTags("Notifications").Needs(KeyScope.CrmWrite);

        notifications.MapGet("/", ListNotifications.HandleAsync).WithSummary("What a person should look at, the newest first").Needs(KeyScope.CrmRead);
        notifications.MapPatch("/{id}/read", MarkNotification.ReadAsync).WithSummary("Mark a notification as read").Fails(NotificationErrors.NotFound);
        notifications.MapPatch("/{id}/dismiss", MarkNotification.DismissAsync).WithSummary("Take a notification off the list").Fails(NotificationErrors.NotFound);
        notifications.MapDelete("/", ClearNotifications.HandleAsync).WithSummary("Delete all notifications");
    }
}

internal static class NotificationErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such notification." };
}
