using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>The door for what is already accepted.</summary>
internal sealed class WorkControl(WorkQueue queue, WorkPatch patch, HeldRelease releases, PreludeWatch preludes, Observers observers, TimeProvider clock) : IWorkControl
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    public async Task<WorkItem> AwaitPreludeAsync(WorkItem work, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + atMost;
        var told = preludes.Watch(work.Id);
        try
        {
            var present = work;
            while (!PreludeWatch.IsOver(present) && clock.GetUtcNow() < end)
            {
                // Another process may be the one that works on it, and does not tell.
                var left = end - clock.GetUtcNow();
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(told, Task.Delay(left < LookAgain ? left : LookAgain, clock, over.Token));
                await over.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                present = await queue.Documents.FindAsync(work.Id, cancellationToken) ?? present;
            }

            return present;
        }
        finally
        {
            preludes.Forget(work.Id);
        }
    }

    public async Task<WorkItem?> CancelAsync(TenantId tenant, string workId, string? runId, CancellationToken cancellationToken) =>
        (await patch.AskAsync(tenant.Value, workId, new Signal(SignalKind.Cancel, runId), cancellationToken))?.Work;

    public Task<Asked?> RetryAsync(TenantId tenant, string workId, string? runId, CancellationToken cancellationToken) =>
        patch.AskAsync(tenant.Value, workId, new Signal(SignalKind.Retry, runId), cancellationToken);

    public async Task<WorkItem?> ResendCallbackAsync(TenantId tenant, string workId, CancellationToken cancellationToken) =>
        (await patch.AskAsync(tenant.Value, workId, new Signal(SignalKind.Resend), cancellationToken))?.Work;

    public Task<int> ReleaseHeldAsync(TenantId? tenant, CancellationToken cancellationToken) => releases.ReleaseAsync(tenant?.Value, cancellationToken);

    public IAsyncEnumerable<HeldEffect> ListHeldAsync(TenantId? tenant, CancellationToken cancellationToken) => releases.ListAsync(tenant?.Value, cancellationToken);

    public Task<Asked?> ResolveAsync(TenantId tenant, string workId, StepPlace? step, Verdict verdict, CancellationToken cancellationToken) =>
        patch.AskAsync(tenant.Value, workId, new Signal(SignalKind.Resolve, step?.RunId, Step: step?.Index) { Verdict = verdict }, cancellationToken);

    public void Wake() => queue.Wake();

    public Task<int> CountLeftAloneAsync(int atMost, CancellationToken cancellationToken) => queue.CountLeftAloneAsync(atMost, cancellationToken);

    public async Task<bool> AddJobAsync(WorkItem job, CancellationToken cancellationToken)
    {
        var (stored, added) = await queue.AddAsync(job with { DueAt = job.DueAt ?? job.RunAt, Traceparent = job.Traceparent ?? System.Diagnostics.Activity.Current?.Id }, null, cancellationToken);
        if (added)
        {
            await observers.TellAsync(null, null, stored, cancellationToken);
        }

        return added;
    }
}
