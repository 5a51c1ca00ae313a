using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>The moment at which something is decided.</summary>
/// <param name="Due">When the event was due: what the delays of a plain rule count from.</param>
/// <param name="Jitter">-1 to 1.</param>
internal sealed record Turn(DateTimeOffset Now, DateTimeOffset Due, double Jitter);

/// <summary>What the outcome of an attempt makes of a step. Pure, so that every case is a line in a table.</summary>
internal static class StepMachine
{
    public const string RetriesExhausted = "RETRIES_EXHAUSTED";

    public static bool IsSettled(this Step step) =>
        step.Status is not (StepStatus.Pending or StepStatus.Waiting or StepStatus.Running);

    /// <summary>When a worker is needed for it next; null when it is settled or has no time yet.</summary>
    public static DateTimeOffset? NextAt(this Step step) => step.IsSettled() ? null : step.RetryAt ?? step.DueAt;

    /// <param name="since">The end of the step before, or the start of the run: from where on events wake a wait.</param>
    public static Step Apply(Step step, StepOutcome outcome, Turn turn, DateTimeOffset since) => outcome switch
    {
        StepOutcome.Done done => Settled(step, StepStatus.Completed, turn.Now) with { Attempts = step.Attempts + 1, Result = ToElement(done.Result), LastError = null },
        StepOutcome.Skipped skipped => Skip(step, skipped.Reason, turn.Now),
        StepOutcome.Failed failed => Fail(step, failed.Code, failed.Why, turn.Now),
        StepOutcome.Unknown unknown => Settled(step, StepStatus.Unknown, turn.Now) with { Attempts = step.Attempts + 1, Result = ToElement(unknown.Result), LastError = unknown.Why },
        StepOutcome.TryLater later => Postpone(step, later, turn),
        StepOutcome.WaitUntil wait => wait.Time <= turn.Now
            ? Settled(step, StepStatus.Completed, turn.Now)
            : Wait(step, wait.Time, null, turn.Now),
        StepOutcome.HoldUntil hold => Hold(step, hold.Until, hold.Why),
        StepOutcome.WaitForEvent wait => Wait(step, wait.Timeout, new AwaitedEvent(wait.Trigger, since, wait.StopsOnTimeout, wait.Match), turn.Now),
        StepOutcome.Held held => step with { Status = step.Status is StepStatus.Waiting ? StepStatus.Pending : step.Status, RetryAt = held.LookAgainAt, HeldFor = held.Why, HeldSince = step.HeldSince ?? turn.Now, OwedAt = step.OwedAt ?? held.OwedAt },
        StepOutcome.Branched branched => Settled(step, StepStatus.Completed, turn.Now) with { Result = ToElement(new JsonObject { ["taken"] = branched.Then ? "then" : "else" }) },
        StepOutcome.Stopped => Settled(step, StepStatus.Completed, turn.Now),
        _ => throw new InvalidOperationException($"{outcome.GetType()} is no outcome of a step."),
    };

    /// <summary>As if it fell due later: what it has been through stays, and its expiry counts from then.</summary>
    public static Step Hold(Step step, DateTimeOffset until, string why) => step with
    {
        Status = StepStatus.Waiting,
        DueAt = until,
        RetryAt = null,
        HeldFor = why,
    };

    public static Step Skip(Step step, string reason, DateTimeOffset now) =>
        Settled(step, StepStatus.Skipped, now) with { LastError = reason };

    public static Step Received(Step step, JsonElement? content, DateTimeOffset now) =>
        Settled(step, StepStatus.Completed, now) with
        {
            Result = ToElement(new JsonObject { ["received"] = content is not null, ["event"] = content is { } found ? JsonNode.Parse(found.GetRawText()) : null }),
        };

    /// <summary>Held no longer: as it was before, but for the time that it was held, which does not count towards its expiry.</summary>
    public static Step Release(Step step, DateTimeOffset now) => step.HeldSince is not { } since ? step : step with
    {
        DueAt = step.DueAt is { } due && due + (now - since) < now ? due + (now - since) : now,
        RetryAt = null,
        HeldFor = null,
        HeldSince = null,
    };

    /// <summary>What was started and never answered for is not known to have been prevented.</summary>
    public static Step Cancel(Step step, DateTimeOffset now) =>
        step.IsSettled() ? step
        : step.EffectStartedAt is not null ? Settled(step, StepStatus.Unknown, now) with { LastError = "cancelled after it was started" }
        : Settled(step, StepStatus.Cancelled, now);

    /// <summary>As if it had not been attempted, due now.</summary>
    public static Step Again(Step step, DateTimeOffset now) => step with
    {
        Status = StepStatus.Pending,
        DueAt = now,
        RetryAt = null,
        StartedAt = null,
        FinishedAt = null,
        Attempts = 0,
        Result = null,
        LastError = null,
        ErrorCode = null,
        EffectStartedAt = null,
        HeldFor = null,
        OwedAt = now,
    };

    public static Step Settled(Step step, StepStatus status, DateTimeOffset now) => step with
    {
        Status = status,
        StartedAt = step.StartedAt ?? (status is StepStatus.Skipped or StepStatus.Cancelled ? null : now),
        FinishedAt = now,
        RetryAt = null,
        Awaits = null,
        HeldFor = null,
        HeldSince = null,
    };

    private static Step Wait(Step step, DateTimeOffset until, AwaitedEvent? awaits, DateTimeOffset now) => step with
    {
        Status = StepStatus.Waiting,
        StartedAt = step.StartedAt ?? now,
        DueAt = until,
        RetryAt = null,
        HeldFor = null,
        Awaits = awaits,
    };

    private static Step Fail(Step step, string code, string why, DateTimeOffset now) =>
        Settled(step, StepStatus.Failed, now) with { Attempts = step.Attempts + 1, ErrorCode = code, LastError = why };

    private static Step Postpone(Step step, StepOutcome.TryLater later, Turn turn)
    {
        var attempts = later.CountsAsAttempt ? step.Attempts + 1 : step.Attempts;
        if (later.CountsAsAttempt && attempts >= Backoff.MaxAttempts)
        {
            return Fail(step, RetriesExhausted, later.Why, turn.Now);
        }

        var pause = later.CountsAsAttempt ? Backoff.After(attempts, turn.Jitter) : Backoff.Patience;
        return step with
        {
            Status = StepStatus.Running,
            StartedAt = step.StartedAt ?? turn.Now,
            RetryAt = Backoff.NotBefore(later.NotBefore, turn.Now + pause, turn.Now),
            Attempts = attempts,
            LastError = later.Why,
            HeldFor = null,
            // It is known not to have happened.
            EffectStartedAt = null,
        };
    }

    private static JsonElement? ToElement(JsonObject? node) =>
        node is null ? null : JsonSerializer.SerializeToElement(node, EngineJson.Default.JsonObject);
}
