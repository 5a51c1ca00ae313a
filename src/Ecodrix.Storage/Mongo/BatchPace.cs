namespace Ecodrix.Storage.Mongo;

/// <summary>How long batches take, by the last ones.</summary>
internal sealed class BatchPace(TimeProvider clock)
{
    /// <summary>How much the newest batch counts against all before it.</summary>
    private const double Newest = 0.125;

    private double ofBatch;
    private long oldest;

    /// <returns>To be handed to <see cref="End"/>.</returns>
    public long Begin()
    {
        var now = clock.GetTimestamp();
        Interlocked.CompareExchange(ref oldest, now, 0);
        return now;
    }

    public void End(long since)
    {
        Volatile.Write(ref ofBatch, ofBatch + (Newest * (clock.GetElapsedTime(since).TotalSeconds - ofBatch)));
        Interlocked.CompareExchange(ref oldest, 0, since);
    }

    /// <param name="batches">How many wait.</param>
    /// <returns>Zero when none does. A server that stands still tells no price: who comes now waits at least as long as the one under way has.</returns>
    public TimeSpan Expect(int batches)
    {
        if (batches <= 0)
        {
            return TimeSpan.Zero;
        }

        var priced = TimeSpan.FromSeconds(batches * Volatile.Read(ref ofBatch));
        var since = Volatile.Read(ref oldest);
        var stalled = since == 0 ? TimeSpan.Zero : clock.GetElapsedTime(since);
        return priced > stalled ? priced : stalled;
    }
}
