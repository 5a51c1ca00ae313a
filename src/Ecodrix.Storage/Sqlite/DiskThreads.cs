namespace Ecodrix.Storage.Sqlite;

/// <summary>Threads for what waits for the disk: commits, checkpoints, the closing of files. They come as they are needed and stay a while.</summary>
/// <remarks>The pool has about as many threads as there are processors, and requests are waiting for them.</remarks>
internal static class DiskThreads
{
    private const int StackBytes = 256 * 1024;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(20);

    /// <summary>How many do at once what can wait.</summary>
    private const int MostPatient = 4;

    private static readonly List<Hand> Resting = [];
    private static readonly Queue<Action> CanWait = new();
    private static int patient;

    /// <summary>Does it at once, on a thread that does nothing else meanwhile.</summary>
    /// <param name="work">Does not throw.</param>
    public static void Run(Action work)
    {
        if (TakeResting() is { } hand)
        {
            hand.Call(work);
        }
        else
        {
            new Thread(new Hand(work).Stay, StackBytes) { IsBackground = true, Name = "disk" }.UnsafeStart();
        }
    }

    /// <summary>Does it soon: what comes due for many files at one moment would have them all want the disk then.</summary>
    /// <param name="work">Does not throw.</param>
    public static void RunInTurn(Action work)
    {
        lock (CanWait)
        {
            CanWait.Enqueue(work);
            if (patient == MostPatient)
            {
                return;
            }

            patient++;
        }

        Run(TakeTurns);
    }

    /// <returns>Ends when it is done.</returns>
    public static Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() =>
        {
            work();
            done.SetResult();
        });
        return done.Task;
    }

    private static void TakeTurns()
    {
        while (NextInTurn() is { } work)
        {
            work();
        }
    }

    private static Action? NextInTurn()
    {
        lock (CanWait)
        {
            if (!CanWait.TryDequeue(out var next))
            {
                patient--;
            }

            return next;
        }
    }

    // The last to rest is the first to be called, so that those who are not needed can go.
    private static Hand? TakeResting()
    {
        lock (Resting)
        {
            if (Resting is not [.., var last])
            {
                return null;
            }

            Resting.RemoveAt(Resting.Count - 1);
            return last;
        }
    }

    /// <summary>One thread.</summary>
    private sealed class Hand(Action first)
    {
        private readonly object door = new();
        private Action? next = first;

        public void Call(Action work)
        {
            lock (door)
            {
                next = work;
                Monitor.Pulse(door);
            }
        }

        public void Stay()
        {
            while (next is { } work)
            {
                next = null;
                work();
                Rest();
            }
        }

        private void Rest()
        {
            lock (Resting)
            {
                Resting.Add(this);
            }

            lock (door)
            {
                while (next is null)
                {
                    if (!Monitor.Wait(door, Linger) && next is null && IsNotCalled())
                    {
                        return;
                    }
                }
            }
        }

        // False when it was taken already, and is about to hear what for.
        private bool IsNotCalled()
        {
            lock (Resting)
            {
                return Resting.Remove(this);
            }
        }
    }
}
