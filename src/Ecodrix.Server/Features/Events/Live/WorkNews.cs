using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Events.Logs;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Live;

/// <summary>Tells dashboards what becomes of events, runs, steps, callbacks and jobs, as it becomes durable.</summary>
internal sealed partial class WorkNews(RealtimeDoor realtime, TraceDoor traces, ITenantClock clocks, ILogger<WorkNews> logger) : IWorkWatcher
{
    public void OnWritten(WorkItem? before, WorkItem after)
    {
        if (!realtime.IsWatched(after.Tenant))
        {
            return;
        }

        try
        {
            var tenant = TenantId.Parse(after.Tenant);
            foreach (var fact in WorkFact.Between(before, after))
            {
                realtime.Publish(tenant, EventOf(fact, after));
            }
        }
        catch (Exception failure)
        {
            // The work goes on whatever becomes of its telling.
            LogNotTold(after.Id, failure);
        }
    }

    private RealtimeEvent EventOf(WorkFact fact, WorkItem work) => fact switch
    {
        WorkFact.Received => RealtimeEvent.EventReceived(work.LeadId, ViewOf(work)),
        WorkFact.RunStarted started => RealtimeEvent.RunStarted(started.Run.Id, work.LeadId, ViewOf(work, started.Run)),
        WorkFact.StepMoved moved => RealtimeEvent.RunStep(moved.Run.Id, work.LeadId, JsonSerializer.SerializeToElement(RunDoor.StepIn(work, moved.Step), EventsJson.Default.StepView)),
        WorkFact.RunEnded ended => EndOf(ended.Run, work),
        WorkFact.Ended => EndOf(work),
        WorkFact.CallbackTried or WorkFact.CallbackEnded => CallbackOf(work),
        WorkFact.Progressed progressed => RealtimeEvent.JobProgress(
            work.Id, work.Type, progressed.Progress.Done, progressed.Progress.Total, LeftOf(progressed.Progress, clocks.Now(work.Tenant) - work.StartedAt)),
        _ => throw new InvalidOperationException($"{fact.GetType()} is nothing that is told."),
    };

    private RealtimeEvent EndOf(Run run, WorkItem work) => run.Status switch
    {
        RunStatus.Failed => RealtimeEvent.RunFailed(run.Id, work.LeadId, ViewOf(work, run)),
        RunStatus.Cancelled => RealtimeEvent.RunCancelled(run.Id, work.LeadId, ViewOf(work, run)),
        _ => RealtimeEvent.RunCompleted(run.Id, work.LeadId, ViewOf(work, run)),
    };

    private RealtimeEvent EndOf(WorkItem work) => work.Event!.Status switch
    {
        EventStatus.Failed => RealtimeEvent.EventFailed(work.LeadId, ViewOf(work)),
        EventStatus.Cancelled => RealtimeEvent.EventCancelled(work.LeadId, ViewOf(work)),
        _ => RealtimeEvent.EventCompleted(work.LeadId, ViewOf(work)),
    };

    private RealtimeEvent CallbackOf(WorkItem work)
    {
        var view = JsonSerializer.SerializeToElement(CallbackDoor.ViewOf(work, traces), EventsJson.Default.CallbackView);
        return work.Callback!.Status switch
        {
            CallbackStatus.Delivered => RealtimeEvent.CallbackDelivered(work.LeadId, view),
            CallbackStatus.Failed => RealtimeEvent.CallbackFailed(work.LeadId, view),
            _ => RealtimeEvent.CallbackAttempted(work.LeadId, view),
        };
    }

    private JsonElement ViewOf(WorkItem work) =>
        JsonSerializer.SerializeToElement(EventView.Of(work) with { TraceUrl = traces.UrlOf(work.Tenant, work.Id) }, EventsJson.Default.EventView);

    private JsonElement ViewOf(WorkItem work, Run run) => JsonSerializer.SerializeToElement(RunDoor.ViewOf(work, run, traces), EventsJson.Default.RunView);

    /// <summary>How long the rest takes if it goes on as it has gone so far.</summary>
    /// <returns>Null while that cannot be told.</returns>
    internal static TimeSpan? LeftOf(Progress progress, TimeSpan? soFar) => (progress, soFar) switch
    {
        ({ Total: { } total }, _) when progress.Done >= total => TimeSpan.Zero,
        ({ Total: { } total, Done: > 0 }, { } taken) => taken * ((double)(total - progress.Done) / progress.Done),
        _ => null,
    };

    [LoggerMessage(LogLevel.Warning, "What became of work {WorkId} could not be told to dashboards.")]
    private partial void LogNotTold(string workId, Exception failure);
}
