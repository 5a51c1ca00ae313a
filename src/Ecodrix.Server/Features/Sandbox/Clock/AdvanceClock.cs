using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Sets the clock of the caller's test twin ahead, and answers when what fell due has been worked off.</summary>
internal static class AdvanceClock
{
    private const int MostMinutes = 366 * 24 * 60;

    /// <summary>So far ids and dates stay in their usual form.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(10 * 366);

    /// <param name="Minutes">More than 0, at most 366 days; parts of a minute may be given.</param>
    public sealed record Request(decimal? Minutes = null);

    public static async Task<Results<Ok<AdvancedView>, Accepted<AdvancedView>, Failure>> HandleAsync(
        Request request, Caller caller, ClockTravel travel, ITenantClock clocks, IHeldTenants holds, CancellationToken cancellationToken)
    {
        if (!caller.Tenant.IsTest)
        {
            return new Failure(SandboxErrors.LiveKey);
        }

        if (request.Minutes is not { } minutes)
        {
            return new Failure(new ValidationErrors("minutes", "is required"));
        }

        if (minutes is <= 0 or > MostMinutes)
        {
            return new Failure(new ValidationErrors("minutes", $"must be more than 0 and at most {MostMinutes}, which is 366 days"));
        }

        var by = TimeSpan.FromMilliseconds((double)Math.Ceiling(minutes * 60_000));
        if (clocks.AheadOf(caller.Tenant.Value) + by > MostAhead)
        {
            return new Failure(new ValidationErrors("minutes", "would set the clock more than ten years ahead; POST /api/saas/sandbox/reset puts it back"));
        }

        // Nothing of it would run, and the request would wait for nothing.
        if (await holds.IsHeldAsync(caller.Tenant, cancellationToken))
        {
            return new Failure(SandboxErrors.Paused);
        }

        return await travel.GoAsync(caller, by, cancellationToken) switch
        {
            null => new Failure(SandboxErrors.ClockMoves),
            { IsComplete: true } arrived => TypedResults.Ok(arrived),
            var stopped => TypedResults.Accepted((string?)null, stopped),
        };
    }
}

/// <summary>Where an advance ended and what it set off.</summary>
/// <param name="Now">The twin's time.</param>
/// <param name="AheadMinutes">How far that is ahead of the real time.</param>
/// <param name="IsComplete">False when the time for it was up: the clock stands where the work has come to, and another advance goes on from there.</param>
/// <param name="LeftMinutes">How much of what was asked for is left; 0 when it is complete.</param>
internal sealed record AdvancedView(
    string ClientCode, string Mode, DateTimeOffset Now, double AheadMinutes, bool IsComplete, double LeftMinutes)
{
    public required RanView Ran { get; init; }

    public required LeftView Left { get; init; }
}

/// <summary>What ran meanwhile.</summary>
/// <param name="Events">How many events did something or came.</param>
/// <param name="Steps">How many steps were carried out.</param>
/// <param name="Callbacks">How many attempts at callbacks were made.</param>
/// <param name="Jobs">How many other jobs had a turn.</param>
internal sealed record RanView(int Events, int Steps, int Callbacks, int Jobs);

/// <summary>What the twin still has to do.</summary>
/// <param name="Due">Of it, what is due and not done.</param>
/// <param name="Later">Of it, what is due later.</param>
/// <param name="NextAt">When the earliest of it is due, as the twin's clock goes.</param>
internal sealed record LeftView(int Due, int Later, DateTimeOffset? NextAt);
