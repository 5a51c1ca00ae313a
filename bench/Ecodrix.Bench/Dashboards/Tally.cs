namespace Ecodrix.Bench.Dashboards;

/// <summary>What all dashboards of a soak have met, counted together.</summary>
internal sealed class Tally
{
    private long delivered;

    private long foreign;

    private long filled;

    private long recovered;

    private long anew;

    private long gaps;

    private long resets;

    private long lost;

    /// <summary>Events that came over a socket, those that were missed and came after included.</summary>
    public long Delivered => Interlocked.Read(ref delivered);

    /// <summary>Events that name another tenant, or none.</summary>
    public long Foreign => Interlocked.Read(ref foreign);

    /// <summary>Events that were read from the history.</summary>
    public long Filled => Interlocked.Read(ref filled);

    /// <summary>Returns to which the server gave what was missed by itself.</summary>
    public long Recovered => Interlocked.Read(ref recovered);

    /// <summary>Returns after which the history had to be asked.</summary>
    public long Anew => Interlocked.Read(ref anew);

    /// <summary>Numbers that were left out on an unbroken connection, or by a recovery: there should be none.</summary>
    public long Gaps => Interlocked.Read(ref gaps);

    /// <summary>How often the history said that it does not have what was asked for: there should be none.</summary>
    public long Resets => Interlocked.Read(ref resets);

    /// <summary>Connections that ended without a dashboard's wish: there should be none.</summary>
    public long Lost => Interlocked.Read(ref lost);

    public void CountDelivery() => Interlocked.Increment(ref delivered);

    public void CountForeign() => Interlocked.Increment(ref foreign);

    public void CountFilled() => Interlocked.Increment(ref filled);

    public void CountReturn(bool isRecovered) => Interlocked.Increment(ref isRecovered ? ref recovered : ref anew);

    public void CountGap() => Interlocked.Increment(ref gaps);

    public void CountReset() => Interlocked.Increment(ref resets);

    public void CountLoss() => Interlocked.Increment(ref lost);
}
