using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>What was not dismissed, the newest first; with <c>unread=true</c> only what nobody has read.</summary>
internal static class ListNotifications
{
    public static async Task<Results<Ok<Page<NotificationView>>, Failure>> HandleAsync(
        string? unread, PageRequest page, Caller caller, CancellationToken cancellationToken)
    {
        if (unread is not (null or "" or "true" or "false"))
        {
            return new Failure(new ValidationErrors("unread", "must be true or false"));
        }

        List<Condition> where = [Condition.Eq("dismissedAt", null)];
        if (unread is "true")
        {
            where.Add(Condition.Eq("readAt", null));
        }

        var notifications = caller.Database.Documents<Notification>();
        var shown = new Condition.All([.. where]);
        var query = new DocumentQuery(shown, page.Limit) { Skip = page.Skip, Sort = [new Sort("_id", Descending: true)] };
        var found = await notifications.QueryAsync(query, cancellationToken);
        var counted = await notifications.CountAsync(shown, Page<NotificationView>.CountedAtMost + 1, cancellationToken);
        return TypedResults.Ok(new Page<NotificationView>([.. found.Select(NotificationView.Of)], page).Of(counted));
    }
}
