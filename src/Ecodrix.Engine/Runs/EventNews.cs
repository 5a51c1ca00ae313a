using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>What an event tells others: the runs that wait for it or that it ends, and the receiver of its report.</summary>
internal sealed class EventNews(RunCancels cancels, LeadWaits waits, CallbackDelivery callbacks)
{
    /// <summary>Tells the runs of its lead. Doing it again changes nothing.</summary>
    public async Task WakeAsync(HeldWork held, CancellationToken cancellationToken)
    {
        await cancels.EndAsync(held, cancellationToken);
        await waits.WakeAsync(held, cancellationToken);
        held.Change(work => work with { Event = work.Event! with { WakesWaits = false } });
    }

    /// <summary>Makes one attempt at its callback.</summary>
    /// <returns>Whether what came of it is durable.</returns>
    public Task<bool> ReportAsync(HeldWork held, CancellationToken cancellationToken) => callbacks.AttemptAsync(held, cancellationToken);
}
