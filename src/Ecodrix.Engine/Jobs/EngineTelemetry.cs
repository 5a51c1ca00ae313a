using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Jobs;

/// <summary>What the engine tells the outside about itself. Costs next to nothing while nobody listens.</summary>
/// <remarks>Tags are ids, types and outcomes; never what an event or a person said.</remarks>
internal static class EngineTelemetry
{
    public const string Name = "Ecodrix.Engine";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Settled = Meter.CreateCounter<long>("ecodrix.work.settled", description: "Work items settled, by type.");
    private static readonly ObservableCounter<long> Lost = Meter.CreateObservableCounter("ecodrix.work.lost_leases", () => Interlocked.Read(ref lost), description: "Writes refused because another worker had the work.");
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("ecodrix.steps", description: "Attempts at steps, by type and outcome.");
    private static readonly Counter<long> Effects = Meter.CreateCounter<long>("ecodrix.effects", description: "Attempts that touched the outside world, by type of step and outcome.");
    private static readonly Counter<long> Callbacks = Meter.CreateCounter<long>("ecodrix.callbacks", description: "Attempts to deliver a callback, by outcome.");
    private static readonly Histogram<double> StepTimes = Meter.CreateHistogram<double>("ecodrix.step.duration", "s", "How long an attempt at a step took, by type.");

    private static long lost;

    /// <summary>Makes all of it known from the start, and not with the first count.</summary>
    public static void Begin() => GC.KeepAlive(Lost);

    /// <summary>Goes on with the trace of the request that caused the work, also after a restart.</summary>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? WorkStarted(WorkItem work)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        return Source.StartActivity("work " + work.Type, ActivityKind.Consumer, work.Traceparent!)
            ?.SetTag("ecodrix.tenant", work.Tenant)
            .SetTag(work.Event is null ? "ecodrix.work_id" : "ecodrix.event_id", work.Id)
            .SetTag("ecodrix.work_type", work.Type);
    }

    public static void WorkSettled(string type) => Settled.Add(1, new KeyValuePair<string, object?>("type", type));

    public static void LeaseLost() => Interlocked.Increment(ref lost);

    /// <returns>Null when nobody listens.</returns>
    public static Activity? StepStarted(WorkItem work, string type, string? runId)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        return Source.StartActivity("step " + type)
            ?.SetTag("ecodrix.tenant", work.Tenant)
            .SetTag("ecodrix.event_id", work.Id)
            .SetTag("ecodrix.run_id", runId)
            .SetTag("ecodrix.step_type", type);
    }

    /// <param name="outcome">Null when there is none: the lease was lost, a signal came, or the process stops.</param>
    public static void StepEnded(Activity? span, string type, StepOutcome? outcome, TimeSpan took)
    {
        var name = NameOf(outcome);
        StepAttempted(type, name);
        StepTimes.Record(took.TotalSeconds, new KeyValuePair<string, object?>("type", type));
        span?.SetTag("ecodrix.outcome", name).SetStatus(outcome is StepOutcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
    }

    public static void StepAttempted(string type, string outcome) =>
        Steps.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts an attempt whose effect was on record before the outside world was touched, and no other.</summary>
    public static void EffectEnded(Step step, string type, StepOutcome? outcome)
    {
        if (step.EffectStartedAt is not null)
        {
            Effects.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", NameOf(outcome)));
        }
    }

    /// <summary>As for a step: a job whose effect was on record.</summary>
    public static void EffectEnded(string type, WorkOutcome outcome) =>
        Effects.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome switch
        {
            WorkOutcome.Failed => "failed",
            WorkOutcome.Unknown => "unknown",
            WorkOutcome.TryLater => "try_later",
            WorkOutcome.Cancelled => "skipped",
            _ => "done",
        }));

    public static void CallbackAttempted(CallbackState after) =>
        Callbacks.Add(1, new KeyValuePair<string, object?>("outcome", after.Status switch
        {
            CallbackStatus.Delivered => "delivered",
            CallbackStatus.Failed => "failed",
            _ => "try_later",
        }));

    private static string NameOf(StepOutcome? outcome) => outcome switch
    {
        null => "none",
        StepOutcome.Done => "done",
        StepOutcome.Skipped => "skipped",
        StepOutcome.TryLater => "try_later",
        StepOutcome.Failed => "failed",
        StepOutcome.Unknown => "unknown",
        StepOutcome.WaitUntil or StepOutcome.WaitForEvent => "waiting",
        StepOutcome.Branched => "branched",
        _ => "stopped",
    };
}
