using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ecodrix.Server.Observability;

namespace Ecodrix.Server.Instances;

/// <summary>What the instances tell about each other.</summary>
internal static class InstanceTelemetry
{
    private static readonly Meter Meter = new(ServerTelemetry.Name);
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("ecodrix.instance.wakes", description: "Calls that told another instance of work, by outcome.");

    /// <summary>Makes all of it known from the start, and not with the first call.</summary>
    public static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(InstanceTelemetry).TypeHandle);

    public static void Called(bool answered) => Calls.Add(1, new KeyValuePair<string, object?>("outcome", answered ? "answered" : "unanswered"));
}
