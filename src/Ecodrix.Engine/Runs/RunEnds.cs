using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>Gives back what runs held while they were under way: their place in a sequence, and the marks by which events find them.</summary>
internal sealed class RunEnds(SequenceClaims sequences, CancelMarks marks)
{
    /// <summary>To be called before runs go on that had ended. What then does not happen leaves a mark that leads nowhere, and whoever follows it takes it down.</summary>
    public Task TakeAgainAsync(WorkItem stored, Signal signal, DateTimeOffset now, CancellationToken cancellationToken) =>
        Signals.GoesOn(signal) ? marks.PutUpAgainAsync(stored, signal.RunId, now, cancellationToken) : Task.CompletedTask;

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
