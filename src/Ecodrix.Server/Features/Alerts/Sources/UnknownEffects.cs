using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Hears of effects of which nobody knows whether they happened, as they become so. A crash keeps it from none.</summary>
internal sealed class UnknownEffects(AlertSender sender, AlertBook book) : IWorkObserver
{
    public bool MustHear(WorkItem? before, WorkItem after) => sender.IsOn && Fresh(before, after).Any();

    public async Task OnSettledAsync(ITenantDatabase database, WorkItem? before, WorkItem after, CancellationToken cancellationToken)
    {
        if (sender.IsOn && Fresh(before, after).ToList() is { Count: > 0 } fresh)
        {
            await book.HappenAsync(new Happening(AlertKind.EffectUnknown, after.Tenant, fresh.Count, fresh), cancellationToken);
        }
    }

    private static IEnumerable<string> Fresh(WorkItem? before, WorkItem after) =>
        before is null ? Unknown(after) : Unknown(after).Except(Unknown(before), StringComparer.Ordinal);

    /// <returns>The keys of the effects.</returns>
    private static IEnumerable<string> Unknown(WorkItem work)
    {
        if (work.IsUnsure)
        {
            yield return work.Id;
        }

        if (work.Event?.Prelude?.Step.Status is StepStatus.Unknown)
        {
            yield return WorkIds.Prelude(work.Id);
        }

        foreach (var (number, run) in (work.Event?.Runs ?? []).Index())
        {
            foreach (var step in run.Steps.Where(step => step.Status is StepStatus.Unknown))
            {
                yield return WorkIds.Step(work.Id, number, step.Index);
            }
        }
    }
}
