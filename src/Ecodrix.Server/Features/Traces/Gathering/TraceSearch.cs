using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Finds what an id of a tenant leads to. Ids of runs, steps and callbacks are children of their event's, so each takes one look.</summary>
internal sealed class TraceSearch(JobDoor jobs, LeadDoor leads, ITenantClock clocks)
{
    /// <summary>The job of a message that the API asked for; the message's id is its first child.</summary>
    private const string MessageJobType = "message";

    /// <returns>Null when the tenant has nothing under that id, whoever else may.</returns>
    public async Task<TraceScope?> FindAsync(ITenantDatabase database, string id, CancellationToken cancellationToken)
    {
        var own = await jobs.FindAsync(database.Tenant, id, cancellationToken);
        if (own is { Event: not null })
        {
            return new TraceScope(id, TraceSubject.Event, [own]) { LeadId = own.LeadId };
        }

        var parent = DocumentId.ChildNumber(id) == 0 ? null : await jobs.FindAsync(database.Tenant, WorkIds.EventOf(id), cancellationToken);
        if (parent is not null && Within(parent, id) is { } scope)
        {
            return scope;
        }

        return own is not null
            ? new TraceScope(id, own.Callback is null ? JobKind(own) : TraceSubject.Callback, [own]) { LeadId = own.LeadId }
            : await OfLeadAsync(database, id, cancellationToken) ?? await OfMessageAsync(database, id, cancellationToken);
    }

    /// <summary>What of a piece of work has the id. Pure.</summary>
    /// <returns>Null when nothing in it has.</returns>
    internal static TraceScope? Within(WorkItem work, string id)
    {
        var scope = new TraceScope(id, TraceSubject.Event, [work]) { LeadId = work.LeadId };
        if (work.Event is not { } state)
        {
            return work.Type is MessageJobType && DocumentId.ChildNumber(id) == 1 ? scope with { Kind = TraceSubject.Message } : null;
        }

        if (string.Equals(work.Callback?.Id, id, StringComparison.Ordinal))
        {
            return scope with { Kind = TraceSubject.Callback };
        }

        if (state.Prelude is not null && string.Equals(WorkIds.Prelude(work.Id), id, StringComparison.Ordinal))
        {
            return scope with { Kind = TraceSubject.Meeting };
        }

        if (state.Runs.FirstOrDefault(run => string.Equals(run.Id, id, StringComparison.Ordinal)) is { } asked)
        {
            return scope with { Kind = TraceSubject.Run, RunId = asked.Id };
        }

        return StepPlace.Of(id) is { } place
            && state.Runs.FirstOrDefault(run => string.Equals(run.Id, place.RunId, StringComparison.Ordinal)) is { } run
            && run.Steps.ElementAtOrDefault(place.Index) is { } step
            ? scope with { Kind = KindOf(step), RunId = run.Id }
            : null;
    }

    private static TraceSubject JobKind(WorkItem work) => work.Type is MessageJobType ? TraceSubject.Message : TraceSubject.Job;

    private static TraceSubject KindOf(Step step) => step.Type switch
    {
        "send_whatsapp" => TraceSubject.Message,
        "send_email" => TraceSubject.Email,
        "create_meet" => TraceSubject.Meeting,
        "callback" => TraceSubject.Callback,
        _ => TraceSubject.Run,
    };

    private async Task<TraceScope?> OfLeadAsync(ITenantDatabase database, string id, CancellationToken cancellationToken)
    {
        if (await leads.FindAsync(database, new LeadIdentity(id, null, null), cancellationToken) is null)
        {
            return null;
        }

        var newest = new List<WorkItem>();
        var hasMore = false;
        await foreach (var work in jobs.WalkAsync(database.Tenant, [Condition.Eq("leadId", id)], cancellationToken))
        {
            if (work.Event is null && work.Callback is not null && DocumentId.ChildNumber(work.Id) != 0)
            {
                // Sent by a step, and told with it.
                continue;
            }

            hasMore = newest.Count == TraceLimits.Events;
            if (hasMore)
            {
                break;
            }

            newest.Insert(0, work);
        }

        return new TraceScope(id, TraceSubject.Lead, newest) { LeadId = id, HasMore = hasMore };
    }

    private async Task<TraceScope?> OfMessageAsync(ITenantDatabase database, string id, CancellationToken cancellationToken) =>
        await InboxDoor.FindEffectsAsync(database, [id], clocks.Now(database.Tenant), cancellationToken) is [var found]
            ? new TraceScope(id, TraceSubject.Message, []) { LeadId = found.LeadId }
            : null;
}
