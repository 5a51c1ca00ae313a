namespace Ecodrix.Bench;

/// <summary>How long requests took, in a histogram of fixed size: 1 % wide buckets from one microsecond to a minute.</summary>
internal sealed class Latencies
{
    private const double Growth = 1.01;

    private readonly long[] buckets = new long[1_900];

    public long Count { get; private set; }

    public long Errors { get; set; }

    public void Add(TimeSpan took)
    {
        var bucket = (int)(Math.Log(Math.Max(1, took.TotalMicroseconds)) / Math.Log(Growth));
        buckets[Math.Min(bucket, buckets.Length - 1)]++;
        Count++;
    }

    public void Add(Latencies other)
    {
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            buckets[bucket] += other.buckets[bucket];
        }

        Count += other.Count;
        Errors += other.Errors;
    }

    /// <param name="share">0.5 for the median.</param>
    public TimeSpan At(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            rank -= buckets[bucket];
            if (rank <= 0)
            {
                return TimeSpan.FromMicroseconds(Math.Pow(Growth, bucket + 1));
            }
        }

        return TimeSpan.Zero;
    }
}
