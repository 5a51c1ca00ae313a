using System.Runtime.CompilerServices;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Runs;

/// <summary>A tenant's runs. A run lives in its event's document, and its id leads there.</summary>
internal sealed class RunDoor(JobDoor jobs, TraceDoor traces)
{
    /// <summary>Of events that may still have a run under way: runs live on after their event was reported, but not after its document has nothing left to do.</summary>
    public static Condition Unfinished { get; } = new Condition.Not(Condition.In("status", ["completed", "failed", "cancelled"]));

    /// <returns>Null when the tenant has no such run.</returns>
    public async Task<RunView?> FindAsync(TenantId tenant, string runId, CancellationToken cancellationToken) =>
        await jobs.FindAsync(tenant, WorkIds.EventOf(runId), cancellationToken) is { } work ? FindIn(work, runId) : null;

    /// <returns>Null when the event has no such run.</returns>
    public RunView? FindIn(WorkItem work, string runId) =>
        work.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, runId, StringComparison.Ordinal)) is { } run ? ViewOf(work, run) : null;

    public static StepView StepIn(WorkItem work, Step step) => StepView.Of(work, step);

    /// <summary>The event's runs, in the order in which they started.</summary>
    public IReadOnlyList<RunView> AllIn(WorkItem work) => [.. work.Event!.Runs.Select(run => ViewOf(work, run))];

    /// <summary>The run as its tenant sees it, with the link to what happened.</summary>
    public RunView ViewOf(WorkItem work, Run run) => ViewOf(work, run, traces);

    /// <summary>The same for who cannot have this door, because the work's own writes call it.</summary>
    public static RunView ViewOf(WorkItem work, Run run, TraceDoor traces) =>
        RunView.Of(work, run) with { TraceUrl = traces.UrlOf(work.Tenant, run.Id) };

    /// <summary>The runs of the events that meet the conditions, the newest first.</summary>
    /// <param name="events">On the event's document.</param>
    public async IAsyncEnumerable<(WorkItem Work, Run Run)> WalkAsync(
        TenantId tenant,
        IEnumerable<Condition> events,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var work in jobs.WalkAsync(tenant, [Condition.Eq("type", WorkItem.EventType), .. events], cancellationToken))
        {
            foreach (var run in work.Event!.Runs.Reverse())
            {
                yield return (work, run);
            }
        }
    }
}
