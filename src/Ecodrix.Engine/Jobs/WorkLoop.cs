using System.Collections.Concurrent;
using Ecodrix.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Claims what is due, works on each item at once, and holds the leases of what takes long.</summary>
/// <remarks>
/// Longer than most files: claiming, holding and letting go share what is under way, and parted they would share it across files.
/// A crash between claim and settle loses nothing: the lease ends and the item is taken again. An effect that was started and not settled comes back as a repeat, never as a second first time.
/// </remarks>
internal sealed partial class WorkLoop(
    WorkQueue queue, FairTurns turns, Admission admission, Slots slots, FairProcessor processor, Waker waker, WorkPass pass, TimeProvider clock, IOptions<EngineOptions> options, ILogger<WorkLoop> logger) : BackgroundService
{
    /// <summary>How many times a lease is looked at before it would end.</summary>
    private const int PulsesInALease = 6;

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(3);

    private readonly LeadGate gate = new();
    private readonly ConcurrentDictionary<string, (HeldWork Held, Task Work)> underWay = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim claiming = new(1);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource abort = new();
    private readonly CancellationTokenSource letGo = new();
    private bool isWaiting;
    private bool isStopped;
    private long beginnings;

    /// <summary>How much this process has begun since it started.</summary>
    internal long Beginnings => Volatile.Read(ref beginnings);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Works)
        {
            queue.Begin = Begin;
            if (options.Value.IsAlone)
            {
                await queue.FreeAbandonedAsync(cancellationToken);
            }

            slots.Open();
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>From here on nothing is taken, and what is under way ends at its next step. A host may stop it once more when it is gone already.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        slots.Close();
        if (!Interlocked.Exchange(ref isStopped, true))
        {
            await stopping.CancelAsync();
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        claiming.Dispose();
        stopping.Dispose();
        abort.Dispose();
        letGo.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Works)
        {
            return;
        }

        var heartbeat = HoldLeasesAsync();
        var woken = true;
        try
        {
            for (var turn = 0; !stoppingToken.IsCancellationRequested; turn++)
            {
                await ClaimSafelyAsync(woken, turn, stoppingToken);
                woken = await waker.WaitAsync(options.Value.Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the loop.
        }

        await StopWorkAsync();
        await letGo.CancelAsync();
        await heartbeat;
    }

    /// <summary>Begins what is due now and fits.</summary>
    /// <returns>How many were begun.</returns>
    internal async Task<int> ClaimAsync(IEnumerable<Lane> lanes, CancellationToken cancellationToken)
    {
        await claiming.WaitAsync(cancellationToken);
        try
        {
            var begun = 0;
            var goesOn = true;
            isWaiting = false;

            // Lane by lane in each round: a long queue of one does not keep the other from being looked at.
            while (goesOn)
            {
                goesOn = false;
                foreach (var lane in lanes)
                {
                    var round = await ClaimAsync(lane, cancellationToken);
                    begun += round.Begun;
                    goesOn |= round.HasMore;
                }

                // A poll looks at one lane; where it has found work, the other may have some that came due with it.
                if (begun > 0)
                {
                    lanes = Enum.GetValues<Lane>();
                }
            }

            return begun;
        }
        finally
        {
            claiming.Release();
        }
    }

    /// <summary>Works until nothing is due that is not done. Tests call this instead of waiting.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What ends while it is looked for leaves room that the look did not see, be it begun before or meanwhile.
            var before = Beginnings;
            var wasIdle = underWay.IsEmpty && slots.AreAllFree;
            await ClaimAsync(Enum.GetValues<Lane>(), cancellationToken);
            if (wasIdle && Beginnings == before)
            {
                return;
            }

            await Task.WhenAll(underWay.Values.Select(entry => entry.Work)).WaitAsync(cancellationToken);
        }
    }

    /// <returns>How many were begun, and whether more can be begun at once.</returns>
    private async Task<(int Begun, bool HasMore)> ClaimAsync(Lane lane, CancellationToken cancellationToken)
    {
        if (slots.Free(lane) is not (var free and > 0))
        {
            isWaiting = true;
            return (0, false);
        }

        var taken = await turns.TakeAsync(lane, free, cancellationToken);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var dealt = await AdmitAsync(taken.Work, refused, cancellationToken);
        var begun = (await Task.WhenAll(dealt.Select(work => ClaimAsync(work, cancellationToken)))).OfType<HeldWork>().ToList();
        begun.ForEach(Begin);
        turns.Begun(lane, taken, refused);

        string[] starved = [.. taken.Starved.Union(refused, StringComparer.Ordinal)];
        isWaiting |= starved.Length > 0 || slots.Free(lane) == 0;

        // Short work has ended meanwhile, when nothing was known to wait.
        foreach (var tenant in starved)
        {
            WakeForWaiting(tenant, lane);
        }

        return (begun.Count, dealt.Count > 0 && starved.Length > 0 && slots.Free(lane) > 0);
    }

    /// <param name="refused">Filled with the tenants of which something has to wait; nothing of them that comes after it is let in.</param>
    private async Task<List<WorkItem>> AdmitAsync(IReadOnlyList<WorkItem> due, HashSet<string> refused, CancellationToken cancellationToken)
    {
        var admitted = new List<WorkItem>();
        foreach (var work in due.Where(work => !underWay.ContainsKey(work.Id) && !refused.Contains(work.Tenant)))
        {
            if (await admission.TryTakeInTurnAsync(work, cancellationToken))
            {
                admitted.Add(work);
            }
            else
            {
                refused.Add(work.Tenant);
            }
        }

        return admitted;
    }

    private async Task<HeldWork?> ClaimAsync(WorkItem work, CancellationToken cancellationToken)
    {
        HeldWork? held = null;
        try
        {
            held = await queue.ClaimAsync(work, cancellationToken);
        }
        finally
        {
            if (held is null)
            {
                slots.Release(work.Tenant, work.Lane);
            }
        }

        return held;
    }

    private async Task ClaimSafelyAsync(bool woken, int turn, CancellationToken cancellationToken)
    {
        try
        {
            // Asked by no one, one lane at a time: an idle engine costs one query a pause.
            await processor.RunFirstAsync(() => ClaimAsync(woken ? Enum.GetValues<Lane>() : [(Lane)(turn % 2)], cancellationToken));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogClaimFailed(failure);
        }
    }

    private void Begin(HeldWork held)
    {
        Interlocked.Increment(ref beginnings);
        var work = held.Current;
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held.Waiting = () => BeginWaiting(work);
        var turn = work.OrderKey is { } lead ? gate.EnterAsync(work.Tenant, lead, work) : Task.CompletedTask;
        underWay[work.Id] = (held, processor.RunAsync(work.Tenant, () => WorkAsync(held, start.Task, turn)));
        start.SetResult();
    }

    private async Task WorkAsync(HeldWork held, Task started, Task turn)
    {
        await started;
        var work = held.Current;
        var left = work.OrderKey is null;
        try
        {
            using (turn.IsCompleted ? null : held.Waiting?.Invoke())
            {
                await turn;
            }

            await pass.RunAsync(new Hold(held, LeaveGate, stopping.Token, abort.Token));
        }
        finally
        {
            LeaveGate();
            underWay.TryRemove(work.Id, out _);
            slots.Release(work.Tenant, work.Lane);
            held.Dispose();
            WakeForWaiting(work.Tenant, work.Lane);
        }

        void LeaveGate()
        {
            if (!left)
            {
                left = true;
                gate.Leave(work.Tenant, work.OrderKey!);
            }
        }
    }

    // What waits for slots is asked for when a part of them is free, not for each one: of all, and of the tenant's own.
    private void WakeForWaiting(string tenant, Lane lane)
    {
        if (isWaiting && slots.HasRoomFor(tenant, lane))
        {
            waker.Wake();
        }
    }

    /// <summary>Until the last of what is under way is let go, also while the host stops: a stop takes longer than a lease may have left.</summary>
    private async Task HoldLeasesAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.Lease / PulsesInALease, clock, letGo.Token);
                await RenewAsync(CancellationToken.None); // A renewal begun is finished.
            }
        }
        catch (OperationCanceledException) when (letGo.IsCancellationRequested)
        {
            // Nothing is held any more, or the time to hold it is over.
        }
    }

    /// <summary>Lengthens the leases of which a third is over.</summary>
    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        // All together: one after the other, a thousand would take longer than a lease on a server that is far away.
        await Task.WhenAll(underWay.Values
            .Where(entry => entry.Held.LeasedUntil - now < options.Value.Lease * 2 / 3)
            .Select(entry => RenewAsync(entry.Held, now + options.Value.Lease, cancellationToken)));
    }

    private async Task RenewAsync(HeldWork held, DateTimeOffset until, CancellationToken cancellationToken)
    {
        try
        {
            await held.RenewAsync(until, cancellationToken);
        }
        catch (DatabaseUnavailableException failure)
        {
            LogRenewalFailed(held.Current.Id, failure);
        }
        catch (ObjectDisposedException)
        {
            // It was let go meanwhile.
        }
    }

    private async Task StopWorkAsync()
    {
        var present = AllDoneAsync();
        await Task.WhenAny(present, Task.Delay(options.Value.StopGrace, clock, CancellationToken.None)); // The grace is what bounds it.
        await abort.CancelAsync();
        await Task.WhenAny(present, Task.Delay(LastMoment, clock, CancellationToken.None)); // And this.
        if (!present.IsCompleted)
        {
            LogLeftBehind(underWay.Count);
        }
    }

    /// <summary>Also of what an accept that was under way brings after the stop began.</summary>
    private async Task AllDoneAsync()
    {
        while (!underWay.IsEmpty)
        {
            await Task.WhenAll(underWay.Values.Select(entry => entry.Work));
        }
    }

    private WaitingFor BeginWaiting(WorkItem work)
    {
        slots.BeginWaiting(work.Tenant, work.Lane);
        WakeForWaiting(work.Tenant, work.Lane);
        return new WaitingFor(() => slots.EndWaiting(work.Tenant, work.Lane));
    }

    /// <summary>The time in which an item waits for someone outside, and another may be begun.</summary>
    private sealed class WaitingFor(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    [LoggerMessage(LogLevel.Error, "Due work could not be claimed; it is tried again.")]
    private partial void LogClaimFailed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The lease of work {WorkId} could not be lengthened.")]
    private partial void LogRenewalFailed(string workId, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The process stops with {Count} items under way; they are taken again when their leases end.")]
    private partial void LogLeftBehind(int count);
}
