using System.Diagnostics;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Replays;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Fires an event once more, with the same payload and the rules as they are now.</summary>
internal static class ReplayEvent
{
    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(JobDoor Jobs, LeadDoor Leads, IEventIntake Events, TraceDoor Traces);

    public static async Task<Results<Created<TriggerView>, Failure>> HandleAsync(
        Id logId, Caller caller, IdempotentId id, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (await parts.Jobs.FindAsync(caller.Tenant, logId, cancellationToken) is not { Event: { } played } work)
        {
            return new Failure(EventErrors.NotFound);
        }

        var who = new LeadIdentity(work.LeadId, played.Phone, played.Email);
        if (await parts.Leads.FindOrMakeAsync(caller.Database, who, seed: null, Cause.Of(caller), cancellationToken) is not { Lead: var lead })
        {
            return new Failure(EventErrors.LeadNotFound);
        }

        var accepted = await parts.Events.AcceptAsync(
            Repetition.Of(work, id, caller.Database, lead.Id) with { Traceparent = Activity.Current?.Id },
            cancellationToken);
        return TypedResults.Created(
            $"/api/saas/events/logs/{id}",
            TriggerView.Of(accepted.Work, warnings: []) with { TraceUrl = parts.Traces.UrlOf(accepted.Work.Tenant, accepted.Work.Id) });
    }
}
