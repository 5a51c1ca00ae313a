using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Server.Delivery;

/// <summary>What a channel's answer means for the step or the job that asked: the one place that decides it (15-semantics.md, "Outcomes").</summary>
internal static class DeliveryOutcomes
{
    /// <param name="attempts">How many there were, this one counted.</param>
    /// <param name="effect">Names what was made.</param>
    public static StepOutcome ToStep(this DeliveryResult result, int attempts, JsonObject effect) => result switch
    {
        DeliveryResult.Sent => new StepOutcome.Done(effect),
        DeliveryResult.Skipped skipped => new StepOutcome.Skipped(skipped.Why),
        DeliveryResult.Refused refused => new StepOutcome.Failed(refused.Code, Words(refused)),
        DeliveryResult.TryLater later when IsLast(later, attempts) => new StepOutcome.Failed(later.Code ?? "UPSTREAM_FAILED", later.Why),
        DeliveryResult.TryLater later => new StepOutcome.TryLater(later.Why, later.NotBefore, later.CountsAsAttempt),
        DeliveryResult.Unknown unknown => new StepOutcome.Unknown(unknown.Why) { Result = effect },
        _ => throw new InvalidOperationException($"No rule for {result.GetType().Name}."),
    };

    public static WorkOutcome ToJob(this DeliveryResult result, int attempts) => result switch
    {
        DeliveryResult.Sent or DeliveryResult.Skipped => new WorkOutcome.Done(),
        DeliveryResult.Refused refused => new WorkOutcome.Failed(refused.Code, Words(refused)),
        DeliveryResult.TryLater later when IsLast(later, attempts) => new WorkOutcome.Failed(later.Code ?? "UPSTREAM_FAILED", later.Why),
        DeliveryResult.TryLater later => new WorkOutcome.TryLater(later.Why, later.NotBefore, later.CountsAsAttempt),
        DeliveryResult.Unknown unknown => new WorkOutcome.Unknown(unknown.Why),
        _ => throw new InvalidOperationException($"No rule for {result.GetType().Name}."),
    };

    /// <summary>Whether nothing more will be tried, so that what is stored of the effect must say that it failed.</summary>
    public static bool IsLast(DeliveryResult.TryLater later, int attempts) =>
        later.CountsAsAttempt && attempts >= Math.Min(later.AttemptsAtMost ?? MostAttempts, MostAttempts);

    public const int MostAttempts = 5;

    /// <summary>The provider's words, and ours after them where they tell what to do.</summary>
    public static string Words(DeliveryResult.Refused refused) =>
        refused.Hint is null ? refused.Why : $"{refused.Why} {refused.Hint}";
}
