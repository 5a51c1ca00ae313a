using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Contacts;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Lists a tenant's events, the newest first.</summary>
internal static class ListEvents
{
    public static async Task<Results<Ok<Page<EventView>>, Failure>> HandleAsync(
        [AsParameters] Filter filter, PageRequest page, Caller caller, JobDoor jobs, TraceDoor traces, CancellationToken cancellationToken)
    {
        var (where, refusal) = filter.Read(caller.Client.Region);
        if (refusal is not null)
        {
            return refusal;
        }

        var found = await jobs.PageAsync(caller.Tenant, where, page, cancellationToken);
        return TypedResults.Ok(found.Of(page, work => EventView.Of(work) with { TraceUrl = traces.UrlOf(work.Tenant, work.Id) }));
    }

    internal readonly record struct Filter(string? Trigger, string? Status, string? Phone, string? LeadId, HistoryRange Range)
    {
        public (List<Condition> Where, Failure? Refusal) Read(string region)
        {
            List<Condition> where = [Condition.Eq("type", WorkItem.EventType), .. Range.Conditions()];
            if (!WireEnum.TryRead<EventStatus>(Status, "status", out var status, out var refusal))
            {
                return (where, refusal);
            }

            if (status is not null)
            {
                where.Add(Condition.Eq("event.status", status));
            }

            if (Trigger is { Length: > 0 })
            {
                where.Add(Condition.Eq("event.trigger", Trigger));
            }

            if (Phone is { Length: > 0 })
            {
                // A plus sign in a query reads as a blank.
                if (!PhoneNumber.TryNormalise(Phone.StartsWith(' ') ? $"+{Phone.Trim()}" : Phone, region, out var phone))
                {
                    return (where, new Failure(EventErrors.InvalidPhone, new ValidationErrors("phone", "is not a possible phone number")));
                }

                where.Add(Condition.Eq("event.phone", phone));
            }

            if (LeadId is { Length: > 0 })
            {
                where.Add(Condition.Eq("leadId", LeadId));
                return (where, DocumentId.IsValid(LeadId) ? null : new Failure(Errors.InvalidId));
            }

            return (where, null);
        }
    }
}
