using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Observability;

/// <summary>Counts each tenant's events as they are accepted and as they end.</summary>
internal sealed class TenantEvents(TenantFigures figures) : IWorkObserver
{
    public Task OnSettledAsync(ITenantDatabase database, WorkItem? before, WorkItem after, CancellationToken cancellationToken)
    {
        if (after.Event is { } state)
        {
            if (before is null)
            {
                figures.Note(after.Tenant, TenantFigure.EventsAccepted);
            }

            if (state.Status != before?.Event?.Status && state.Status is EventStatus.Completed or EventStatus.Failed)
            {
                figures.Note(after.Tenant, state.Status is EventStatus.Failed ? TenantFigure.EventsFailed : TenantFigure.EventsCompleted);
            }
        }

        return Task.CompletedTask;
    }
}
