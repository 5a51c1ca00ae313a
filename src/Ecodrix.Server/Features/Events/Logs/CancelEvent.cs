using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Cancels an event that is scheduled and has not started.</summary>
internal static class CancelEvent
{
    public static async Task<Results<Ok<EventView>, Failure>> HandleAsync(
        Id logId, Caller caller, JobDoor jobs, IWorkControl control, TraceDoor traces, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(caller.Tenant, logId, cancellationToken) is not { Event: { } state })
        {
            return new Failure(EventErrors.NotFound);
        }

        if (state.Status is not EventStatus.Scheduled)
        {
            return new Failure(EventErrors.NotScheduled);
        }

        return await control.CancelAsync(caller.Tenant, logId, runId: null, cancellationToken) is { Event: not null } cancelled
            ? TypedResults.Ok(EventView.Of(cancelled) with { TraceUrl = traces.UrlOf(cancelled.Tenant, cancelled.Id) })
            : new Failure(EventErrors.NotFound);
    }
}
