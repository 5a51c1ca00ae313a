using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Takes a test twin through time: from one due time to the next, so that each step sees its own time as now and steps run in their order.</summary>
/// <remarks>
/// The clock is set first and the work follows it. A crash between the two leaves work that is due later than it should be;
/// what each item says of itself is enough to make that good, at the next start or by the next advance.
/// </remarks>
internal sealed class ClockTravel(ClockDoor door, ITenantClock clocks, ITimeTravel work, RanBook ran, TravelPatience patience, TimeProvider clock)
{
    /// <summary>What is due so close together has no order that a server would keep; it is run together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(50);

    /// <summary>What falls due so shortly after the end is reached too: a step of a sequence counts from the end of the one before it, which ran a moment after its time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<TenantId, bool> onTheWay = new();

    /// <returns>Null when the twin's clock is being moved by someone else.</returns>
    public async Task<AdvancedView?> GoAsync(Caller caller, TimeSpan by, CancellationToken cancellationToken)
    {
        if (!onTheWay.TryAdd(caller.Tenant, true))
        {
            return null;
        }

        try
        {
            var journey = new Journey(caller.Tenant, clocks.AheadOf(caller.Tenant.Value), by, clocks.Now(caller.Tenant), clock.GetTimestamp());
            return await TravelAsync(journey, cancellationToken) is { } outlook ? await TellAsync(journey, outlook, cancellationToken) : null;
        }
        finally
        {
            onTheWay.TryRemove(caller.Tenant, out _);
        }
    }

    /// <returns>What is left then; null when someone else set the clock.</returns>
    private async Task<Outlook?> TravelAsync(Journey journey, CancellationToken cancellationToken)
    {
        await FollowAsync(journey, until: null, cancellationToken);
        while (true)
        {
            var hasTime = await WorkOffAsync(journey, cancellationToken);
            var outlook = await work.LookAsync(journey.Twin, cancellationToken);
            if (!hasTime)
            {
                await FollowAsync(journey, until: null, cancellationToken);
                return outlook;
            }

            if (outlook.Due > 0)
            {
                await FollowAsync(journey, clocks.Now(journey.Twin), cancellationToken);
            }
            else if (outlook.NextAt is { } next && next <= journey.Target + Slack)
            {
                if (!await SetAsync(journey, next + Together - clock.GetUtcNow(), cancellationToken))
                {
                    return null;
                }

                await FollowAsync(journey, clocks.Now(journey.Twin), cancellationToken);
            }
            else if (journey.Ahead < journey.Destination)
            {
                if (!await SetAsync(journey, journey.Destination, cancellationToken))
                {
                    return null;
                }

                await FollowAsync(journey, until: null, cancellationToken);
            }
            else
            {
                return outlook;
            }
        }
    }

    /// <returns>False when the time was up first.</returns>
    private async Task<bool> WorkOffAsync(Journey journey, CancellationToken cancellationToken)
    {
        while (clock.GetElapsedTime(journey.Began) < patience.AtMost)
        {
            if (!await work.IsBusyAsync(journey.Twin, cancellationToken))
            {
                return true;
            }

            await Task.Delay(LookAgain, clock, cancellationToken);
        }

        return false;
    }

    private async Task<bool> SetAsync(Journey journey, TimeSpan wanted, CancellationToken cancellationToken)
    {
        // Whole milliseconds, as times are stored; never back.
        var to = TimeSpan.FromMilliseconds(Math.Ceiling(wanted.TotalMilliseconds));
        to = to < journey.Ahead ? journey.Ahead : to;
        if (!await door.TrySetAsync(journey.Twin, journey.Ahead, to, cancellationToken))
        {
            return false;
        }

        journey.Ahead = to;
        return true;
    }

    private async Task FollowAsync(Journey journey, DateTimeOffset? until, CancellationToken cancellationToken) =>
        journey.Touched.UnionWith(await work.FollowClockAsync(journey.Twin, until, cancellationToken));

    private async Task<AdvancedView> TellAsync(Journey journey, Outlook outlook, CancellationToken cancellationToken)
    {
        var left = journey.Ahead < journey.Destination ? journey.Destination - journey.Ahead : TimeSpan.Zero;
        var present = ClockView.Of(journey.Twin, clocks);
        return new AdvancedView(present.ClientCode, present.Mode, present.Now, present.AheadMinutes, left == TimeSpan.Zero && outlook.Due == 0, left.TotalMinutes)
        {
            Ran = await ran.SinceAsync(journey.Twin, journey.Start, journey.Touched, cancellationToken),
            Left = new LeftView(outlook.Due, outlook.Later, outlook.NextAt),
        };
    }

    private sealed record Journey(TenantId Twin, TimeSpan From, TimeSpan By, DateTimeOffset Start, long Began)
    {
        public TimeSpan Ahead { get; set; } = From;

        public TimeSpan Destination => From + By;

        public DateTimeOffset Target => Start + By;

        public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);
    }
}

/// <param name="AtMost">How long a request waits for what it sets off.</param>
internal sealed record TravelPatience(TimeSpan AtMost);
