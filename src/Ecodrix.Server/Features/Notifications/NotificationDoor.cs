using System.Text.Json;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>Where other features tell a client's own people what they should look at.</summary>
internal sealed class NotificationDoor(ITenantDatabases databases, RealtimeDoor realtime)
{
    /// <summary>Telling again under the same id adds nothing.</summary>
    public async Task<bool> TellAsync(ITenantDatabase database, Notification notification, CancellationToken cancellationToken)
    {
        if (!await database.Documents<Notification>().TryAddAsync(notification, cancellationToken))
        {
            return false;
        }

        if (realtime.IsWatched(database.Tenant))
        {
            var view = JsonSerializer.SerializeToElement(NotificationView.Of(notification), NotificationsJson.Default.NotificationView);
            realtime.Publish(database.Tenant, RealtimeEvent.NotificationNew(notification.LeadId, view));
        }

        return true;
    }

    /// <summary>As <see cref="TellAsync(ITenantDatabase, Notification, CancellationToken)"/>, for who has no handle.</summary>
    public async Task<bool> TellAsync(TenantId tenant, Notification notification, CancellationToken cancellationToken) =>
        await TellAsync(await databases.OpenAsync(tenant, cancellationToken), notification, cancellationToken);
}
