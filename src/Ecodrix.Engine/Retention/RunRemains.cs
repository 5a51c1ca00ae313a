using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Retention;

/// <summary>What becomes of the claims of runs that are cleared away: places in sequences are given back, and what may run once stays known.</summary>
internal sealed class RunRemains(SequenceClaims sequences, RunLimits limits)
{
    /// <summary>To be called before the work is removed. Doing it again changes nothing.</summary>
    public async Task LetGoAsync(WorkItem item, CancellationToken cancellationToken)
    {
        foreach (var run in item.Event?.Runs ?? [])
        {
            if (run.IsSequence && item.LeadId is { } lead)
            {
                await sequences.GiveUpAsync(item.Tenant, run.RuleId, lead, run.Id, cancellationToken);
            }

            await limits.KeepAsync(run, cancellationToken);
        }
    }
}
