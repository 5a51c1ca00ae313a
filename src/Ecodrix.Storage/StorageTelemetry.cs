using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Ecodrix.Storage;

/// <summary>What the storage tells the outside about itself. Free while nobody listens.</summary>
internal static class StorageTelemetry
{
    public const string Name = "Ecodrix.Storage";

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<int> Sizes = Meter.CreateHistogram<int>("ecodrix.commit.size", description: "Writes that shared one commit.");
    private static readonly Histogram<double> Waits = Meter.CreateHistogram<double>("ecodrix.write.wait", "s", "From a write's hand-over until it was durable; the longest of its commit.");

    /// <summary>Makes all of it known from the start, and not with the first commit.</summary>
    public static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(StorageTelemetry).TypeHandle);

    /// <returns>0 when nobody listens.</returns>
    public static long Now() => Waits.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>So many writes have just become durable together.</summary>
    /// <param name="since">When the first of them was handed over, by <see cref="Now"/>.</param>
    public static void Committed(int writes, long since)
    {
        Sizes.Record(writes);
        if (since != 0)
        {
            Waits.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }
}
