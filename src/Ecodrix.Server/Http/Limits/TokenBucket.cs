using System.Runtime.InteropServices;

namespace Ecodrix.Server.Http.Limits;

/// <summary>Lets so many through a minute, and a burst of what was saved up.</summary>
internal sealed class TokenBucket
{
    private readonly Lock gate = new();

    private readonly TimeProvider clock;

    private BucketSize size;

    private double tokens;

    private long filledAt;

    public TokenBucket(BucketSize size, TimeProvider clock)
    {
        this.clock = clock;
        this.size = size;
        tokens = size.Burst;
        filledAt = clock.GetTimestamp();
    }

    /// <summary>Takes up to <paramref name="wanted"/> tokens.</summary>
    /// <param name="sharers">Among how many such buckets the size is shared: each is as large as the whole, and one taken here costs as many as there are, so that their number may change at any time.</param>
    public BucketState Take(int wanted, BucketSize current, int sharers)
    {
        lock (gate)
        {
            // However small the whole is, each has room for one.
            current = current with { Burst = current.Burst == 0 ? 0 : Math.Max(current.Burst, sharers) };
            Refill(current);
            var taken = (int)Math.Min(wanted, Math.Floor(tokens / sharers));
            tokens -= (double)taken * sharers;
            return new BucketState(Share(current.PerMinute, sharers), taken, (int)(tokens / sharers), Until(current.Burst), Until(sharers));
        }
    }

    private static int Share(int whole, int sharers) => (whole + sharers - 1) / sharers;

    private void Refill(BucketSize current)
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(current.Burst, tokens + (clock.GetElapsedTime(filledAt, now).TotalMinutes * current.PerMinute));
        filledAt = now;
        if (current != size)
        {
            // A grant that was raised is felt at once, one that was lowered no later.
            tokens = Math.Min(current.Burst, tokens + Math.Max(0, current.Burst - size.Burst));
            size = current;
        }
    }

    private TimeSpan Until(double level) => size.PerMinute == 0
        ? TimeSpan.FromMinutes(1)
        : TimeSpan.FromMinutes(Math.Max(0, level - tokens) / size.PerMinute);
}

/// <param name="Burst">How many may come at once after a rest.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BucketSize(int PerMinute, int Burst);

/// <param name="Limit">A minute, of this bucket's share.</param>
/// <param name="Taken">How many of those wanted were granted.</param>
/// <param name="Full">When the bucket is full again, if nothing more is taken.</param>
/// <param name="Next">When there is one again; zero when there is one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BucketState(int Limit, int Taken, int Remaining, TimeSpan Full, TimeSpan Next);
