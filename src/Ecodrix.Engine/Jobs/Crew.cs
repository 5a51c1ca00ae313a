namespace Ecodrix.Engine.Jobs;

/// <summary>Threads that come when they are called, work until nothing is left, and stay a while in case they are called again. They give way to those that serve requests and commit.</summary>
/// <param name="work">Returns when nothing is left to do; does not throw.</param>
internal sealed class Crew(string name, Action work)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(20);

    private readonly object door = new();
    private int resting;
    private int called;

    /// <summary>Sets one more thread to work. How many there are at most is the caller's to say.</summary>
    public void Call()
    {
        lock (door)
        {
            if (resting > 0)
            {
                resting--;
                called++;
                Monitor.Pulse(door);
                return;
            }
        }

        new Thread(Stay) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private void Stay()
    {
        ThreadNiceness.GiveWay();
        do
        {
            work();
        }
        while (IsCalledAgain());
    }

    private bool IsCalledAgain()
    {
        lock (door)
        {
            resting++;
            while (called == 0)
            {
                if (!Monitor.Wait(door, Linger) && called == 0)
                {
                    resting--;
                    return false;
                }
            }

            called--;
            return true;
        }
    }
}
