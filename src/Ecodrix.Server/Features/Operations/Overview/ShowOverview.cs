using Ecodrix.Server.Features.Restores;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Operations.Overview;

/// <summary>Tells an operator how each client is: what came, what waits, what went wrong, over the last hours.</summary>
internal static class ShowOverview
{
    private const int MostHours = 24;

    public static async Task<Results<Ok<Page<TenantOverview>>, Failure>> HandleAsync(
        int? hours, string? mode, PageRequest page, ClientsDoor clients, TenantOverviews overviews, HoldDoor holds, CancellationToken cancellationToken)
    {
        if (hours is < 1 or > MostHours)
        {
            return new Failure(new ValidationErrors("hours", $"must be a whole number from 1 to {MostHours}"));
        }

        if (mode is not (null or "" or "live" or "test"))
        {
            return new Failure(new ValidationErrors("mode", "must be live or test"));
        }

        var found = await clients.ListAsync(page.Skip, page.Limit, cancellationToken);
        var counted = await clients.CountAsync(Page<TenantOverview>.CountedAtMost + 1, cancellationToken);
        var views = await overviews.OfAsync(found, isTest: mode is "test", TimeSpan.FromHours(hours ?? 1), cancellationToken);
        var hold = await holds.InForceAsync(cancellationToken);
        return TypedResults.Ok(new Page<TenantOverview>([.. views.Select(view => view with { HeldSince = hold?.Since })], page).Of(counted));
    }
}

/// <summary>How one client is. See <c>docs/observability.md</c>.</summary>
/// <param name="Events">Accepted since the window began.</param>
/// <param name="QueueDepth">Work that is due now and not begun, whenever it was accepted.</param>
/// <param name="OldestDueSeconds">By how much the longest overdue of it is late; 0 when none is.</param>
internal sealed record TenantOverview(
    string ClientCode, string Name, string Status, long Events, long QueueDepth, long OldestDueSeconds)
{
    /// <summary>Events and jobs of the window that have failed.</summary>
    public required long Errors { get; init; }

    /// <summary>Events of the window with an effect of which nobody knows whether it happened.</summary>
    public required long UnknownEffects { get; init; }

    /// <summary>Since when no effect leaves after a restore; null when effects leave.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>When the window began.</summary>
    public required DateTimeOffset Since { get; init; }
}
