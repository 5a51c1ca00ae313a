namespace Ecodrix.Bench.Dashboards;

/// <summary>The numbers that one dashboard has seen. Used by what comes over its socket and by what fills its gaps, at once.</summary>
/// <param name="from">What it knew when it began to look.</param>
internal sealed class Sequence(long from)
{
    private readonly Lock gate = new();

    private readonly SortedSet<long> ahead = [];

    private long last = from;

    /// <summary>Up to here nothing is missing.</summary>
    public long Last
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <summary>How often a number came that was there already.</summary>
    public long Again { get; private set; }

    /// <returns>False when numbers before this one have not come.</returns>
    public bool Add(long seq)
    {
        lock (gate)
        {
            if (seq <= last || !ahead.Add(seq))
            {
                Again++;
                return ahead.Count == 0;
            }

            while (ahead.Remove(last + 1))
            {
                last++;
            }

            return ahead.Count == 0;
        }
    }

    /// <summary>How many numbers up to and with this one have not come.</summary>
    public long MissingTo(long lastSeq)
    {
        lock (gate)
        {
            return Math.Max(0, lastSeq - last) - ahead.GetViewBetween(last, Math.Max(last, lastSeq)).Count;
        }
    }
}
