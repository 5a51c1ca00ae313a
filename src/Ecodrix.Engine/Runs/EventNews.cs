using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>What an event tells others: the runs that wait for it or that it ends, and the receiver of its report.</summary>
internal sealed class EventNews(RunCancels cancels, LeadWaits waits, LeadLines lines, CallbackDelivery callbacks)
{
    /// <summary>Tells the runs of its lead. Doing it again changes nothing.</summary>
    public async Task WakeAsync(HeldWork held, CancellationToken cancellationToken)
    {
        await cancels.EndAsync(held, cancellationToken);
        await waits.WakeAsync(held, cancellationToken);
        held.Change(work => work with { Event = work.Event! with { WakesWaits = false } });
    }

    /// <summary>Makes one attempt at its callback. A slow receiver is no reason for the lead's next event to wait.</summary>
    /// <returns>Whether what came of it is durable.</returns>
    public Task<bool> ReportAsync(Hold hold)
    {
        lines.Pass(hold.Work.Current);
        hold.LeaveGate();
        hold.Work.Change(work => work with { InLine = null });
        return callbacks.AttemptAsync(hold.Work, hold.Abort);
    }
}
