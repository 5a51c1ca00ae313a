using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Jobs;

namespace Ecodrix.Server.Features.Events;

/// <summary>Writes down triggers that came to nothing, so that whoever looks finds out why.</summary>
internal sealed class EventLog(JobDoor jobs, IWorkWatcher watcher, ITenantClock clocks)
{
    /// <returns>The event as it is on record.</returns>
    public async Task<WorkItem> RecordAsync(TriggerCall call, string? leadId, EventStatus status, string error, CancellationToken cancellationToken)
    {
        var now = clocks.Now(call.Caller.Tenant);
        var ended = new WorkItem
        {
            Id = call.EventId,
            Tenant = call.Caller.Tenant.Value,
            Type = WorkItem.EventType,
            Status = status is EventStatus.Failed ? WorkStatus.Failed : WorkStatus.Cancelled,
            LeadId = leadId,
            CreatedAt = now,
            RunAt = now,
            FinishedAt = now,
            Traceparent = call.Traceparent,
            Event = new EventState
            {
                Trigger = call.Request.Who.Trigger,
                Status = status,
                Phone = call.Request.Who.Phone,
                Email = call.Request.Who.Email,
                Variables = call.Request.Variables,
                Data = call.Request.Data,
                IsMatched = true,
                Error = error,
                ProcessedAt = now,
            },
        };

        if (!await jobs.RecordAsync(ended, cancellationToken))
        {
            return await jobs.FindAsync(call.Caller.Tenant, ended.Id, cancellationToken) ?? ended;
        }

        watcher.OnWritten(null, ended);
        return ended;
    }
}
