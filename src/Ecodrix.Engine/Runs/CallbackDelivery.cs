using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Runs;

/// <summary>Makes one attempt to deliver a callback: an event's, or a job's.</summary>
internal sealed partial class CallbackDelivery(ICallbackCourier courier, Parking parking, ITenantClock clocks, ILogger<CallbackDelivery> logger)
{
    private const int MostBrokenAttempts = 10;

    private static readonly TimeSpan AfterBreak = TimeSpan.FromMinutes(5);

    /// <returns>False when the work is no longer this worker's, or a signal ended it.</returns>
    public async Task<bool> AttemptAsync(HeldWork held, CancellationToken cancellationToken)
    {
        var tenant = TenantId.Parse(held.Current.Tenant);
        if (await parking.Holds.OfCallbackAsync(tenant, held.Current.Callback!.Url, Owed.OfCallback(held.Current), cancellationToken) is { } hold)
        {
            await HoldAsync(held, hold, cancellationToken);
            return true;
        }

        if (held.Current.Callback!.Body is null && !await FreezeAsync(held))
        {
            return false;
        }

        var callback = held.Current.Callback! with { HeldFor = null };
        CallbackState next;
        try
        {
            using (held.Waiting?.Invoke())
            {
                next = await courier.AttemptAsync(tenant, callback, held.Current.Traceparent, cancellationToken);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogCourierBroke(callback.Id, failure);
            next = Broken(callback, failure.GetType().Name, clocks.Now(held.Current.Tenant));
        }

        EngineTelemetry.CallbackAttempted(next);
        held.Change(work => work with { Callback = next });
        if (next.HeldFor is { } why)
        {
            await HoldAsync(held, new HeldBack(why, next.NextAttemptAt), cancellationToken);
        }

        return true;
    }

    private async Task HoldAsync(HeldWork held, HeldBack hold, CancellationToken cancellationToken)
    {
        if (hold.IsSkipped)
        {
            held.Change(work => work with { Callback = work.Callback! with { Status = CallbackStatus.Failed, NextAttemptAt = null, HeldFor = null, Skipped = hold.Why } });
            return;
        }

        var again = await parking.ParkAsync(held.Current, hold.LookAgainAt, cancellationToken);
        held.Change(work => work with { Callback = work.Callback! with { HeldFor = hold.Why, NextAttemptAt = again, OwedAt = work.Callback.OwedAt ?? hold.OwedAt } });
    }

    // The bytes are durable before the receiver sees them: every later attempt must be the same.
    private async Task<bool> FreezeAsync(HeldWork held)
    {
        var now = clocks.Now(held.Current.Tenant);
        var body = courier.Write(held.Current, now);
        var write = await held.WriteAsync(
            work => work.Callback is { Status: CallbackStatus.Pending } callback && !work.IsFinished
                ? work with { Callback = callback with { Body = body } }
                : null,
            CancellationToken.None); // Not to be torn: it is short, and says what is about to leave.
        return write is HeldWrite.Written;
    }

    private static CallbackState Broken(CallbackState callback, string what, DateTimeOffset now)
    {
        var attempts = callback.Attempts.Append(new CallbackAttempt(now, null, 0, $"The attempt broke off ({what}).", null)).ToList();
        return attempts.Count >= MostBrokenAttempts
            ? callback with { Attempts = attempts, Status = CallbackStatus.Failed, NextAttemptAt = null }
            : callback with { Attempts = attempts, NextAttemptAt = now + AfterBreak };
    }

    [LoggerMessage(LogLevel.Warning, "An attempt at callback {CallbackId} broke off.")]
    private partial void LogCourierBroke(string callbackId, Exception failure);
}
