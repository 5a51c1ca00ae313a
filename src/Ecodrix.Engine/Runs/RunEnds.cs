using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Gives back what runs held while they were under way: their place in a sequence, and the marks by which events find them.</summary>
internal sealed class RunEnds(SequenceClaims sequences, IServicesDatabase services)
{
    private readonly IDocuments<CancelMark> marks = services.Documents<CancelMark>();

    public async Task ReleaseEndedAsync(WorkItem before, WorkItem after, CancellationToken cancellationToken)
    {
        await sequences.ReleaseEndedAsync(before, after, cancellationToken);
        foreach (var run in after.Event?.Runs ?? [])
        {
            if (run.EndsOnEvents && run.HasEnded()
                && before.Event?.Runs.FirstOrDefault(other => string.Equals(other.Id, run.Id, StringComparison.Ordinal))?.HasEnded() is not true)
            {
                await marks.DeleteAsync(run.Id, cancellationToken);
            }
        }
    }
}
