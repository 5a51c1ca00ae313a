namespace Ecodrix.Storage.Sqlite;

/// <summary>How fast a writer is, by its last commits: each commit has its price, and so has each write in it.</summary>
/// <remarks>Told by the writer's thread alone, asked by any. Parted in two, because a commit of one write costs nearly what a commit of a thousand costs.</remarks>
internal sealed class WritePace(int mostInOneTransaction, TimeProvider clock)
{
    /// <summary>How much the newest commit counts against all before it.</summary>
    private const double Newest = 0.125;

    private double ofCommit;
    private double ofWrite;
    private long began;
    private long wrote;

    /// <summary>A transaction begins, or waits to be let in.</summary>
    public void Begin() => Volatile.Write(ref began, clock.GetTimestamp());

    /// <summary>Its writes are done and not yet durable.</summary>
    public void Written(int writes)
    {
        wrote = clock.GetTimestamp();
        ofWrite += Newest * ((clock.GetElapsedTime(began, wrote).TotalSeconds / writes) - ofWrite);
    }

    /// <summary>They are durable.</summary>
    public void Committed()
    {
        ofCommit += Newest * (clock.GetElapsedTime(wrote).TotalSeconds - ofCommit);
        End();
    }

    /// <summary>It is over, however it ended.</summary>
    public void End() => Volatile.Write(ref began, 0);

    /// <param name="unfinished">How many writes wait or are being written.</param>
    /// <returns>Zero when there is none: then nothing stands in the way of the next.</returns>
    public TimeSpan Expect(int unfinished)
    {
        if (unfinished <= 0)
        {
            return TimeSpan.Zero;
        }

        var commits = (unfinished + mostInOneTransaction - 1) / mostInOneTransaction;
        var priced = TimeSpan.FromSeconds((commits * Volatile.Read(ref ofCommit)) + (unfinished * Volatile.Read(ref ofWrite)));

        // A disk that stands still tells no price: who comes now waits at least as long as those who wait already.
        var since = Volatile.Read(ref began);
        var stalled = since == 0 ? TimeSpan.Zero : clock.GetElapsedTime(since);
        return priced > stalled ? priced : stalled;
    }
}
