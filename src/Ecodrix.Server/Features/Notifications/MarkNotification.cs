using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>Marks a notification as read, or takes it off the list. Done twice it is done once.</summary>
internal static class MarkNotification
{
    public static Task<Results<Ok<NotificationView>, Failure>> ReadAsync(Id id, Caller caller, TimeProvider clock, CancellationToken cancellationToken) =>
        ChangeAsync(id, caller.Database, notification => notification with { ReadAt = notification.ReadAt ?? clock.GetUtcNow() }, cancellationToken);

    public static Task<Results<Ok<NotificationView>, Failure>> DismissAsync(Id id, Caller caller, TimeProvider clock, CancellationToken cancellationToken) =>
        ChangeAsync(id, caller.Database, notification => notification with { DismissedAt = notification.DismissedAt ?? clock.GetUtcNow() }, cancellationToken);

    private static async Task<Results<Ok<NotificationView>, Failure>> ChangeAsync(
        string id, ITenantDatabase database, Func<Notification, Notification> change, CancellationToken cancellationToken)
    {
        var notifications = database.Documents<Notification>();
        while (await notifications.FindAsync(id, cancellationToken) is { } notification)
        {
            var changed = change(notification);
            if (changed == notification || await notifications.TryReplaceAsync(changed with { Version = notification.Version + 1 }, cancellationToken))
            {
                return TypedResults.Ok(NotificationView.Of(changed));
            }
        }

        return new Failure(NotificationErrors.NotFound);
    }
}

/// <summary>Deletes all that the client's people were told.</summary>
internal static class ClearNotifications
{
    private const int AtOnce = 500;

    public static async Task<Ok<ClearedView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var deleted = 0;
        int last;
        do
        {
            last = await caller.Database.Documents<Notification>().DeleteManyAsync(new Storage.Conditions.Condition.All(), AtOnce, cancellationToken);
            deleted += last;
        }
        while (last == AtOnce);

        return TypedResults.Ok(new ClearedView(deleted));
    }
}
