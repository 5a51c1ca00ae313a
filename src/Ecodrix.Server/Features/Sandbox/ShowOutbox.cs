using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Email;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Features.Meetings;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Shows what the sandbox took, the newest first.</summary>
internal static class ShowOutbox
{
    /// <param name="channel"><c>whatsapp</c>, <c>email</c> or <c>meet</c>; all when it is not given.</param>
    public static async Task<Results<Ok<Page<OutboxItem>>, Failure>> HandleAsync(
        string? channel, PageRequest page, Caller caller, Settings settings, ITenantClock clocks, CancellationToken cancellationToken)
    {
        if (!caller.Tenant.IsTest && !settings.IsDevelopment)
        {
            return new Failure(SandboxErrors.LiveKey);
        }

        if (channel is not (null or "" or "whatsapp" or "email" or "meet"))
        {
            return new Failure(new ValidationErrors("channel", "must be one of whatsapp, email, meet"));
        }

        var all = string.IsNullOrEmpty(channel);
        var most = page.Skip + page.Limit;
        var items = new List<OutboxItem>();
        var counted = 0;
        if (all || channel is "whatsapp")
        {
            items.AddRange(await InboxDoor.ReadOutboxAsync(caller.Database, most, clocks.Now(caller.Tenant), cancellationToken));
            counted += await InboxDoor.CountOutboxAsync(caller.Database, Page<OutboxItem>.CountedAtMost + 1, cancellationToken);
        }

        if (all || channel is "email")
        {
            items.AddRange(await EmailDoor.ReadOutboxAsync(caller.Database, most, cancellationToken));
            counted += await EmailDoor.CountOutboxAsync(caller.Database, Page<OutboxItem>.CountedAtMost + 1, cancellationToken);
        }

        if (all || channel is "meet")
        {
            items.AddRange(await MeetingDoor.ReadOutboxAsync(caller.Database, most, cancellationToken));
            counted += await MeetingDoor.CountOutboxAsync(caller.Database, Page<OutboxItem>.CountedAtMost + 1, cancellationToken);
        }

        var newest = items.OrderByDescending(item => item.CreatedAt).ThenByDescending(item => item.Id, StringComparer.Ordinal);
        return TypedResults.Ok(new Page<OutboxItem>([.. newest.Skip(page.Skip).Take(page.Limit)], page).Of(counted));
    }
}
