using System.Diagnostics.Metrics;

namespace Ecodrix.Server.Features.Inbound;

/// <summary>What is counted of what Meta posts.</summary>
/// <remarks>Counted here and asked for, so that both stand at 0 before anything has happened: who watches for a change sees the first one.</remarks>
internal static class InboundTelemetry
{
    private static readonly Meter Meter = new("Ecodrix.Inbound");

    private static readonly ObservableCounter<long> Dropped = Meter.CreateObservableCounter(
        "ecodrix.inbound.dropped", () => Interlocked.Read(ref dropped), description: "Changes of a webhook that were not taken, because their number's owner needs another secret.");

    private static readonly ObservableCounter<long> Quarantined = Meter.CreateObservableCounter(
        "ecodrix.inbound.quarantined", () => Interlocked.Read(ref quarantined), description: "Changes of a webhook for numbers that no client has.");

    private static long dropped;

    private static long quarantined;

    /// <summary>Makes all of it known from the start, and not with the first count.</summary>
    public static void Begin()
    {
        GC.KeepAlive(Dropped);
        GC.KeepAlive(Quarantined);
    }

    public static void ChangesDropped(int count) => Interlocked.Add(ref dropped, count);

    public static void ChangesQuarantined(int count) => Interlocked.Add(ref quarantined, count);
}
