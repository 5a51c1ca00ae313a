using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>Where other features tell a client's own people what they should look at.</summary>
internal static class NotificationDoor
{
    /// <summary>Telling again under the same id adds nothing.</summary>
    public static Task<bool> TellAsync(ITenantDatabase database, Notification notification, CancellationToken cancellationToken) =>
        database.Documents<Notification>().TryAddAsync(notification, cancellationToken);
}
