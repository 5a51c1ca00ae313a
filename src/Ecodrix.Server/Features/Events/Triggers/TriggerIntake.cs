using System.Diagnostics;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Deferrals;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Server.Observability;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Takes a checked trigger in: its lead is found or made, then the event is made durable in one write.</summary>
/// <remarks>A crash before that write leaves at most a lead; after it nothing is lost and nothing starts twice.</remarks>
internal sealed class TriggerIntake(LeadDoor leads, IEventIntake events, IWorkControl control, EventLog log, DailyQuota quota, DeferredTriggers deferred, ITenantClock clocks)
{
    /// <summary>How long the answer waits for a Meet link.</summary>
    private static readonly TimeSpan MeetPatience = TimeSpan.FromSeconds(8);

    public async Task<TriggerOutcome> TakeAsync(TriggerCall call, CancellationToken cancellationToken)
    {
        using var span = ServerTelemetry.EventComes(call.Caller.Tenant.Value, call.EventId);
        if (!await quota.TryTakeAsync(call.Caller, cancellationToken))
        {
            return new TriggerOutcome.Refused(new Failure(EventErrors.DailyEventsUsed));
        }

        if (await deferred.MustWaitAsync(call, cancellationToken))
        {
            return await DeferAsync(call, cancellationToken);
        }

        try
        {
            return await TakeNowAsync(call, cancellationToken);
        }
        catch (DatabaseUnavailableException down) when (down.Tenant == call.Caller.Tenant)
        {
            return await DeferAsync(call, cancellationToken);
        }
    }

    private async Task<TriggerOutcome> DeferAsync(TriggerCall call, CancellationToken cancellationToken)
    {
        if (call.Request.Due is DueDecision.Missed missed)
        {
            return await SkipAsync(call, missed, leadId: null, cancellationToken);
        }

        var work = await deferred.TakeAsync(call, ToEvent(call, leadId: null), cancellationToken);
        return new TriggerOutcome.Taken(TriggerView.Of(work, call.Warnings));
    }

    private async Task<TriggerOutcome> SkipAsync(TriggerCall call, DueDecision.Missed missed, string? leadId, CancellationToken cancellationToken)
    {
        var skipped = await log.RecordAsync(call, leadId, EventStatus.Cancelled, $"The event was due at {Instants.Write(missed.At)}, which has passed.", cancellationToken);
        return new TriggerOutcome.Taken(TriggerView.Of(skipped, call.Warnings));
    }

    private async Task<TriggerOutcome> TakeNowAsync(TriggerCall call, CancellationToken cancellationToken)
    {
        var request = call.Request;
        if (request.Due is DueDecision.Missed missed)
        {
            var found = await leads.FindAsync(call.Caller.Database, call.Identity, cancellationToken);
            return await SkipAsync(call, missed, found?.Id, cancellationToken);
        }

        var seed = request.CreateLeadIfMissing ? new NewLead(request.Lead.Fields) : null;
        if (await leads.FindOrMakeAsync(call.Caller.Database, call.Identity, seed, Cause.Of(call.Caller), cancellationToken) is not { Lead: var lead })
        {
            await log.RecordAsync(call, leadId: null, EventStatus.Failed, EventErrors.LeadNotFound.Code, cancellationToken);
            return new TriggerOutcome.Refused(new Failure(EventErrors.LeadNotFound));
        }

        var subject = await leads.SubjectOfAsync(call.Caller.Database, lead, call.Caller.Client, cancellationToken);
        var work = (await events.AcceptAsync(ToEvent(call, lead.Id) with { Subject = subject }, cancellationToken)).Work;
        if (call.AwaitsMeet && work.Event!.Prelude is { Step.DueAt: { } due } && due <= clocks.Now(call.Caller.Tenant))
        {
            work = await control.AwaitPreludeAsync(work, MeetPatience, cancellationToken);
        }

        return new TriggerOutcome.Taken(TriggerView.Of(work, call.Warnings));
    }

    /// <summary>The event as the engine takes it.</summary>
    public NewEvent ToEvent(TriggerCall call, string? leadId)
    {
        var request = call.Request;
        var runAt = (request.Due as DueDecision.Later)?.At;
        return new NewEvent
        {
            Id = call.EventId,
            Database = call.Caller.Database,
            Trigger = request.Who.Trigger,
            LeadId = leadId,
            Phone = request.Who.Phone,
            Email = request.Who.Email,
            Variables = request.Variables,
            Data = request.Data,
            RunAt = runAt,
            Callback = CallbackOf(call),
            Prelude = request.Meet is { } meet ? EventPrelude.Of(meet, request.Who, runAt, clocks.Now(call.Caller.Tenant)) : null,
            Traceparent = Activity.Current?.Id ?? call.Traceparent,
            Idempotency = call.Key is { } key ? new IdempotencyMark(key, call.Fingerprint, Answer: null) : null,
        };
    }

    private static CallbackState? CallbackOf(TriggerCall call) => call.Request.CallbackUrl is { } url
        ? new CallbackState { Id = WorkIds.Callback(call.EventId), Url = url, Metadata = call.Request.CallbackMetadata }
        : null;
}

/// <summary>A trigger under way.</summary>
/// <param name="EventId">Decided before anything is written, so that a repeat makes the same event.</param>
/// <param name="Key">The idempotency key; null when there is none.</param>
/// <param name="Fingerprint">What a repeat under the key must equal; empty when there is none.</param>
internal sealed record TriggerCall(Caller Caller, TriggerRequest Request, string EventId, string? Key, string Fingerprint)
{
    public string? Traceparent { get; init; }

    /// <summary>Whether the answer waits for a Meet link that was asked for.</summary>
    public bool AwaitsMeet { get; init; } = true;

    public LeadIdentity Identity => new(Request.Who.LeadId, Request.Who.Phone, Request.Who.Email);

    public IReadOnlyList<string> Warnings => Request.Warnings;
}

/// <summary>What became of a trigger. A closed set.</summary>
internal abstract record TriggerOutcome
{
    private TriggerOutcome()
    {
    }

    public sealed record Taken(TriggerView View) : TriggerOutcome;

    public sealed record Refused(Failure Failure) : TriggerOutcome;
}
