using System.Diagnostics.Metrics;

namespace Ecodrix.Server.Features.Inbound;

/// <summary>What is counted of what Meta posts.</summary>
internal static class InboundTelemetry
{
    private static readonly Meter Meter = new("Ecodrix.Inbound");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("ecodrix.inbound.dropped", description: "Changes of a webhook that were not taken, because their number's owner needs another secret.");
    private static readonly Counter<long> Quarantined = Meter.CreateCounter<long>("ecodrix.inbound.quarantined", description: "Changes of a webhook for numbers that no client has.");

    public static void ChangesDropped(int count) => Dropped.Add(count);

    public static void ChangesQuarantined(int count) => Quarantined.Add(count);
}
