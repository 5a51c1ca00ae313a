using System.Collections.Concurrent;
using Ecodrix.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>What this process has claimed and not let go: each item is worked on at once, and its lease is held for as long as that takes.</summary>
internal sealed partial class UnderWay(
    Slots slots, Vacancies vacancies, FairProcessor processor, WorkPass pass, TimeProvider clock, IOptions<EngineOptions> options, ILogger<UnderWay> logger) : IDisposable
{
    /// <summary>How many times a lease is looked at before it would end.</summary>
    private const int PulsesInALease = 6;

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(3);

    private readonly LeadGate gate = new();
    private readonly ConcurrentDictionary<string, (HeldWork Held, Task Work)> items = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource abort = new();
    private long beginnings;

    /// <summary>How much this process has begun since it started.</summary>
    public long Beginnings => Volatile.Read(ref beginnings);

    public bool IsEmpty => items.IsEmpty;

    public bool Has(string id) => items.ContainsKey(id);

    /// <summary>Begins to work on what was just claimed, and returns. The slot it has is freed at its end.</summary>
    public void Begin(HeldWork held)
    {
        Interlocked.Increment(ref beginnings);
        var work = held.Current;
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held.Waiting = () => BeginWaiting(work);
        var turn = work.OrderKey is { } lead ? gate.EnterAsync(work.Tenant, lead, work) : Task.CompletedTask;
        items[work.Id] = (held, processor.RunAsync(work.Tenant, () => WorkAsync(held, start.Task, turn)));
        start.SetResult();
    }

    /// <summary>Returns when all is done that is under way now.</summary>
    public Task PresentAsync() => Task.WhenAll(items.Values.Select(entry => entry.Work));

    /// <summary>What is under way ends at its next step.</summary>
    public Task HurryAsync() => stopping.CancelAsync();

    /// <summary>Returns when nothing is under way, or the time for it is over; then what is left is taken again when its lease ends.</summary>
    public async Task EndAsync()
    {
        var present = AllDoneAsync();
        await Task.WhenAny(present, Task.Delay(options.Value.StopGrace, clock, CancellationToken.None)); // The grace is what bounds it.
        await abort.CancelAsync();
        await Task.WhenAny(present, Task.Delay(LastMoment, clock, CancellationToken.None)); // And this.
        if (!present.IsCompleted)
        {
            LogLeftBehind(items.Count);
        }
    }

    /// <summary>Holds the leases until the last item is let go, also while the host stops: a stop takes longer than a lease may have left.</summary>
    public async Task HoldLeasesAsync(CancellationToken letGo)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.Lease / PulsesInALease, clock, letGo);
                await RenewAsync(CancellationToken.None); // A renewal begun is finished.
            }
        }
        catch (OperationCanceledException) when (letGo.IsCancellationRequested)
        {
            // Nothing is held any more, or the time to hold it is over.
        }
    }

    /// <summary>Lengthens the leases of which a third is over.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        // All together: one after the other, a thousand would take longer than a lease on a server that is far away.
        await Task.WhenAll(items.Values
            .Where(entry => entry.Held.LeasedUntil - now < options.Value.Lease * 2 / 3)
            .Select(entry => RenewAsync(entry.Held, now + options.Value.Lease, cancellationToken)));
    }

    public void Dispose()
    {
        stopping.Dispose();
        abort.Dispose();
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
            items.TryRemove(work.Id, out _);
            slots.Release(work.Tenant, work.Lane);
            held.Dispose();
            vacancies.Offer(work.Tenant, work.Lane);
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

    /// <summary>Also of what an accept that was under way brings after the stop began.</summary>
    private async Task AllDoneAsync()
    {
        while (!items.IsEmpty)
        {
            await PresentAsync();
        }
    }

    private WaitingFor BeginWaiting(WorkItem work)
    {
        slots.BeginWaiting(work.Tenant, work.Lane);
        vacancies.Offer(work.Tenant, work.Lane);
        return new WaitingFor(() => slots.EndWaiting(work.Tenant, work.Lane));
    }

    /// <summary>The time in which an item waits for someone outside, and another may be begun.</summary>
    private sealed class WaitingFor(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    [LoggerMessage(LogLevel.Warning, "The lease of work {WorkId} could not be lengthened.")]
    private partial void LogRenewalFailed(string workId, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The process stops with {Count} items under way; they are taken again when their leases end.")]
    private partial void LogLeftBehind(int count);
}
