using System.Text.Json;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Takes a trigger once for each idempotency key, however often it is sent.</summary>
/// <remarks>
/// The key is reserved with the event's id before the event is written. After a crash a repeat continues under that id:
/// the event is either made then, or found as it was made.
/// </remarks>
internal sealed class KeyedTriggers(TriggerIntake intake, IdempotencyStore store, TraceDoor traces, TimeProvider clock)
{
    /// <param name="path">What the key is remembered for.</param>
    public async Task<TriggerOutcome> TakeAsync(TriggerCall call, string path, CancellationToken cancellationToken)
    {
        if (call.Key is not { } key)
        {
            return Linked(call, await intake.TakeAsync(call, cancellationToken));
        }

        var id = IdempotencyRecord.IdOf(call.Caller.Tenant, HttpMethods.Post, path, key);
        var wanted = new IdempotencyRecord(id, 1, call.Caller.Tenant.Value, call.Fingerprint, call.EventId, clock.GetUtcNow());
        return await store.ClaimAsync(wanted, cancellationToken) switch
        {
            Http.Idempotency.Claim.Mine mine => await TakeReservedAsync(call with { EventId = mine.Reservation.ReservedId }, mine.Reservation, cancellationToken),
            Http.Idempotency.Claim.Answered { Answer.Body: var answer } => new TriggerOutcome.Taken(JsonSerializer.Deserialize(answer, EventsJson.Default.TriggerView)! with { Replayed = true }),
            Http.Idempotency.Claim.Running => new TriggerOutcome.Refused(new Failure(Errors.IdempotencyInProgress)),
            _ => new TriggerOutcome.Refused(new Failure(Errors.IdempotencyConflict)),
        };
    }

    private async Task<TriggerOutcome> TakeReservedAsync(TriggerCall call, IdempotencyRecord reservation, CancellationToken cancellationToken)
    {
        TriggerOutcome outcome;
        try
        {
            outcome = Linked(call, await intake.TakeAsync(call, cancellationToken));
        }
        catch (DatabaseUnavailableException)
        {
            // What was asked for was not done. Not the request's token: the key is freed even when its client has gone.
            await store.FreeAsync(reservation, CancellationToken.None);
            throw;
        }

        // Not the request's token: what was done is to be remembered even when its client has gone.
        await (outcome is TriggerOutcome.Taken taken
            ? store.KeepAsync(reservation, Remembered(taken.View), clock.GetUtcNow(), CancellationToken.None)
            : store.FreeAsync(reservation, CancellationToken.None));
        return outcome;
    }

    private TriggerOutcome Linked(TriggerCall call, TriggerOutcome outcome) => outcome is TriggerOutcome.Taken { View: { EventLogId: { } eventId } view }
        ? new TriggerOutcome.Taken(view with { TraceUrl = traces.UrlOf(call.Caller.Tenant.Value, eventId) })
        : outcome;

    private static RememberedAnswer Remembered(TriggerView view) =>
        new(view.IsToCome ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, null, JsonSerializer.Serialize(view, EventsJson.Default.TriggerView));
}
