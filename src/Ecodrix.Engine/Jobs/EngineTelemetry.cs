using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ecodrix.Engine.Jobs;

/// <summary>What the engine tells the outside about itself.</summary>
internal static class EngineTelemetry
{
    public const string Name = "Ecodrix.Engine";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Settled = Meter.CreateCounter<long>("ecodrix.work.settled", description: "Work items settled, by type.");
    private static readonly Counter<long> Lost = Meter.CreateCounter<long>("ecodrix.work.lost_leases", description: "Writes refused because another worker had the work.");
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("ecodrix.steps", description: "Attempts at steps, by type and outcome.");

    public static Activity? WorkStarted(WorkItem work) =>
        Source.StartActivity("work " + work.Type, ActivityKind.Consumer, work.Traceparent!)?.SetTag("ecodrix.work", work.Id).SetTag("ecodrix.tenant", work.Tenant);

    public static void WorkSettled(string type) => Settled.Add(1, new KeyValuePair<string, object?>("type", type));

    public static void LeaseLost() => Lost.Add(1);

    public static void StepAttempted(string type, string outcome) =>
        Steps.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome));
}
