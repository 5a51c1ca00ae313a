namespace Ecodrix.Engine.Jobs;

/// <summary>Wakes the work loop: at once, or when the next known time comes.</summary>
internal sealed class Waker(IOtherProcesses others, TimeProvider clock)
{
    private readonly Lock door = new();
    private TaskCompletionSource signal = NewSignal();
    private DateTimeOffset earliest = DateTimeOffset.MaxValue;

    public void Wake()
    {
        lock (door)
        {
            signal.TrySetResult();
        }
    }

    /// <summary>Wakes this process's loop and those of the others: something is due that this one may not take at once.</summary>
    public void WakeAnyone()
    {
        Wake();
        others.Wake();
    }

    public void WakeAt(DateTimeOffset time)
    {
        lock (door)
        {
            if (time >= earliest)
            {
                return;
            }

            earliest = time;
            signal.TrySetResult();
        }
    }

    /// <returns>True when something called; false when only the time was up.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        Task called;
        bool isDue;
        TimeSpan pause;
        lock (door)
        {
            isDue = earliest <= now;
            pause = earliest - now < atMost ? earliest - now : atMost;
            called = signal.Task;
        }

        if (!called.IsCompleted && !isDue)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(called, Task.Delay(pause < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : pause, clock, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (door)
        {
            // Asked once: a time that came between two questions would be forgotten, and nobody called.
            isDue = earliest <= clock.GetUtcNow();
            var isCalled = signal.Task.IsCompleted;
            if (isCalled)
            {
                signal = NewSignal();
            }

            if (isDue)
            {
                earliest = DateTimeOffset.MaxValue;
            }

            return isCalled || isDue;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
