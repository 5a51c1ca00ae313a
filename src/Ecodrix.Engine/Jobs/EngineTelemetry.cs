using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ecodrix.Engine.Steps;

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

    private static readonly Counter<long> Effects = Meter.CreateCounter<long>("ecodrix.effects", description: "Attempts at effects on the outside world, by type and outcome.");

    public static Activity? WorkStarted(WorkItem work) =>
        Source.StartActivity("work " + work.Type, ActivityKind.Consumer, work.Traceparent!)?.SetTag("ecodrix.work", work.Id).SetTag("ecodrix.tenant", work.Tenant);

    public static void WorkSettled(string type) => Settled.Add(1, new KeyValuePair<string, object?>("type", type));

    public static void LeaseLost() => Lost.Add(1);

    /// <summary>An attempt at an effect that left the house has an outcome, and nothing else decides it.</summary>
    /// <param name="type">The step's, or the job's.</param>
    public static void EffectDecided(string type, EffectOutcome outcome) =>
        Effects.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));

    public static void StepAttempted(string type, string outcome) =>
        Steps.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome));
}

/// <summary>What became of an effect, as the figures tell it.</summary>
internal enum EffectOutcome
{
    Sent,
    Skipped,
    Failed,

    /// <summary>It did not happen and is tried again.</summary>
    Later,
    Unknown,
}

internal static class EffectOutcomes
{
    public static EffectOutcome Of(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Skipped => EffectOutcome.Skipped,
        StepOutcome.Failed => EffectOutcome.Failed,
        StepOutcome.TryLater => EffectOutcome.Later,
        StepOutcome.Unknown => EffectOutcome.Unknown,
        _ => EffectOutcome.Sent,
    };

    public static EffectOutcome Of(WorkOutcome outcome) => outcome switch
    {
        WorkOutcome.Cancelled => EffectOutcome.Skipped,
        WorkOutcome.Failed => EffectOutcome.Failed,
        WorkOutcome.TryLater => EffectOutcome.Later,
        WorkOutcome.Unknown => EffectOutcome.Unknown,
        _ => EffectOutcome.Sent,
    };
}
