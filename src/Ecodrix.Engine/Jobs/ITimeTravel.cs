using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>What a tenant still has to do, in the eyes of its own clock.</summary>
/// <param name="NextAt">The earliest due time of what waits, as the tenant's clock goes; null when nothing waits. It may have passed.</param>
/// <param name="Due">How many items are due and not begun, or under way.</param>
/// <param name="Later">How many are due later.</param>
public sealed record Outlook(DateTimeOffset? NextAt, int Due, int Later);

/// <summary>Lets work follow a tenant's clock that was set.</summary>
public interface ITimeTravel
{
    /// <summary>Reads all that waits.</summary>
    Task<Outlook> LookAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Whether something is due now or under way. Reads only that.</summary>
    Task<bool> IsBusyAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Gives what waits the real due time that the tenant's clock now means, and wakes the workers. It follows from each item alone, so doing it twice is doing it once, and after a crash it is done again.</summary>
    /// <param name="until">Only what is due by then as the tenant's clock goes; null for all.</param>
    /// <returns>The ids of what has changed.</returns>
    Task<IReadOnlyList<string>> FollowClockAsync(TenantId tenant, DateTimeOffset? until, CancellationToken cancellationToken);
}
