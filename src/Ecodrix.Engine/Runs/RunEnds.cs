using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>Gives back what runs held while they were under way: their place in a sequence, and the marks by which events find them.</summary>
internal sealed class RunEnds(SequenceClaims sequences, CancelMarks marks)
{
    /// <summary>To be called before runs go on that had ended. What then does not happen leaves a mark that leads nowhere, and a place that is free again after a minute.</summary>
    /// <returns>False when one may not go on: its lead is in the sequence by another run.</returns>
    public async Task<bool> TryTakeAgainAsync(WorkItem stored, Signal signal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!Signals.GoesOn(signal))
        {
            return true;
        }

        foreach (var run in (stored.Event?.Runs ?? []).Where(run => run.IsSequence && run.HasEnded() && (signal.RunId is null || string.Equals(run.Id, signal.RunId, StringComparison.Ordinal))))
        {
            if (stored.LeadId is { } lead && !await sequences.TryTakeAgainAsync(stored.Tenant, lead, run, cancellationToken))
            {
                return false;
            }
        }

        await marks.PutUpAgainAsync(stored, signal.RunId, now, cancellationToken);
        return true;
    }

    public async Task ReleaseEndedAsync(WorkItem before, WorkItem after, CancellationToken cancellationToken)
    {
        await sequences.ReleaseEndedAsync(before, after, cancellationToken);
        foreach (var run in after.Event?.Runs ?? [])
        {
            if (run.EndsOnEvents && run.HasEnded()
                && before.Event?.Runs.FirstOrDefault(other => string.Equals(other.Id, run.Id, StringComparison.Ordinal))?.HasEnded() is not true)
            {
                await marks.TakeDownAsync(run, cancellationToken);
            }
        }
    }
}
