using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ecodrix.Storage.Sqlite;

/// <summary>What the storage tells the outside about itself. Free while nobody listens.</summary>
internal static class StorageTelemetry
{
    public const string Name = "Ecodrix.Storage";

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<int> Sizes = Meter.CreateHistogram<int>("ecodrix.commit.size", description: "Writes that shared one commit.");
    private static readonly Histogram<double> Waits = Meter.CreateHistogram<double>("ecodrix.write.wait", "s", "From a write's hand-over until it was durable; the longest of its commit.");

    /// <returns>0 when nobody listens.</returns>
    public static long Now() => Waits.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>These have just become durable together. Their order is that of their arrival.</summary>
    public static void Committed(IReadOnlyList<Write> writes)
    {
        Sizes.Record(writes.Count);
        if (writes[0].Since is var since and not 0)
        {
            Waits.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }
}
