using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>What an event or a job itself waits for, apart from its runs. Pure.</summary>
internal static class WorkWaits
{
    public static IEnumerable<TraceWait> Of(WorkItem work, DateTimeOffset now)
    {
        if (work.Event is { Status: EventStatus.Scheduled })
        {
            yield return new TraceWait(null, $"The event is scheduled for {Instants.Write(work.RunAt)}; its rules are matched then.", work.RunAt);
        }
        else if (work.Event is null && work.Callback is null && !work.IsFinished)
        {
            yield return new TraceWait(null, OfJob(work), work.DueAt);
        }

        if (work.Callback is { Status: CallbackStatus.Pending } callback)
        {
            yield return new TraceWait(null, OfCallback(work, callback, now), callback.NextAttemptAt);
        }
    }

    private static string OfJob(WorkItem work) => work switch
    {
        { HeldFor: { } why } => $"The job is held: {why}.",
        { Lease: not null } => "A worker is at the job.",
        { LastError: { } error, DueAt: { } due } => $"The job did not succeed and is tried again at {Instants.Write(due)}: {error.TrimEnd('.')}.",
        _ => "The job waits for a free worker.",
    };

    private static string OfCallback(WorkItem work, CallbackState callback, DateTimeOffset now) => callback switch
    {
        { HeldFor: { } why } => $"The callback is held: {why.TrimEnd('.')}.",
        { NextAttemptAt: null } when work.Event is not null && callback.Attempts.Count == 0 => "The callback leaves when no run has immediate work any more, at the latest 15 minutes after the event was due.",
        { NextAttemptAt: { } next } when next > now => $"The callback is tried again at {Instants.Write(next)}.",
        _ => "The callback is about to be sent.",
    };
}
