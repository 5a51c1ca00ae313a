using System.Globalization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Runs;

/// <summary>What a run waits for. One word for programs; the sentence is for people.</summary>
internal enum WaitReason
{
    Ended,
    Event,
    Time,
    Prelude,
    Held,
    Retry,
    Provider,
    Client,
    UnderWay,
    Turn,
}

/// <summary>What is known beside the run itself.</summary>
/// <param name="ClientHold">What holds all work of the client, as a clause; null when nothing does.</param>
/// <param name="StepHold">What an incident's control would say of the step now; null when it may go on.</param>
internal sealed record WhyFacts(DateTimeOffset Now, string? ClientHold = null, string? StepHold = null);

/// <summary>Says what a run waits for.</summary>
/// <param name="Step">The index of the step that is next; null when the run has ended.</param>
/// <param name="Until">When that is over, where it is known.</param>
internal sealed record WhyView(string RunId, string Sentence, WaitReason Reason, int? Step, string? StepType, DateTimeOffset? Until, bool Attention);

/// <summary>Finds in one sentence what a run waits for. Pure.</summary>
internal static class WhyWaits
{
    public static WhyView Of(WorkItem work, Run run, WhyFacts facts)
    {
        var step = run.FinishedAt is null ? run.Steps.FirstOrDefault(one => one.FinishedAt is null) : null;
        var (reason, sentence, until) = step is null ? Ended(run) : Waits(work, step, facts);
        return new WhyView(run.Id, sentence + Doubt(run), reason, step?.Index, step?.Type, until, run.Attention);
    }

    private static (WaitReason Reason, string Sentence, DateTimeOffset? Until) Ended(Run run) => (
        WaitReason.Ended,
        run.Status switch
        {
            RunStatus.Completed => $"It waits for nothing: it completed at {At(run.FinishedAt)}.",
            RunStatus.Failed => $"It waits for nothing: it failed at {At(run.FinishedAt)} ({run.Error ?? "no reason is known"}).",
            RunStatus.Cancelled => $"It waits for nothing: it was cancelled at {At(run.FinishedAt)}.",
            _ => "All its steps are done, and a worker is about to end it.",
        },
        null);

    private static (WaitReason Reason, string Sentence, DateTimeOffset? Until) Waits(WorkItem work, Step step, WhyFacts facts)
    {
        var name = $"Step {step.Index} ({step.Type})";
        if (step.HeldFor is { } held)
        {
            // Until a hold of the operator's ends nobody knows; quiet hours have their time.
            DateTimeOffset? until = step.HeldSince is null ? step.RetryAt ?? step.DueAt : null;
            return (WaitReason.Held, $"{name} is held: {held}{(until is null ? "" : $", until {At(until)}")}.", until);
        }

        if (step is { Status: StepStatus.Waiting, Awaits: { } awaits })
        {
            return (WaitReason.Event, $"{name} waits for an event {awaits.Trigger} of its lead{Matching(awaits)}, until {At(step.DueAt)}; then the run {(awaits.StopsOnTimeout ? "stops" : "goes on")}.", step.DueAt);
        }

        if (step.DueAt > facts.Now)
        {
            return (WaitReason.Time, step.Status is StepStatus.Waiting ? $"{name} waits until {At(step.DueAt)}." : $"{name} is due at {At(step.DueAt)}.", step.DueAt);
        }

        if (step.NeedsPrelude && work.Event?.Prelude is { Step.FinishedAt: null } prelude)
        {
            return (WaitReason.Prelude, $"{name} waits for the event's Meet link{(prelude.Step.LastError is { } why ? $", which could not be made yet: {Clause(why)}" : "")}.", prelude.Step.RetryAt);
        }

        if (step.RetryAt > facts.Now)
        {
            return step.Attempts == 0
                ? (WaitReason.Provider, $"{name} waits for its provider, without an attempt counted, until {At(step.RetryAt)}: {Clause(step.LastError)}.", step.RetryAt)
                : (WaitReason.Retry, $"{name} did not succeed in {Times(step.Attempts)} and is tried again at {At(step.RetryAt)}: {Clause(step.LastError)}.", step.RetryAt);
        }

        return Due(work, name, facts);
    }

    private static (WaitReason Reason, string Sentence, DateTimeOffset? Until) Due(WorkItem work, string name, WhyFacts facts) =>
        facts.ClientHold is { } client ? (WaitReason.Client, $"{name} is due and held: {client}.", null)
        : facts.StepHold is { } hold ? (WaitReason.Held, $"{name} is due and held: {hold}.", null)
        : work.Lease is not null ? (WaitReason.UnderWay, $"{name} waits for nothing: a worker is at it.", null)
        : (WaitReason.Turn, $"{name} is due and waits for a free worker: its client has as many jobs running as it may, or all workers are busy.", null);

    private static string Doubt(Run run) => run.Attention && run.Steps.FirstOrDefault(step => step.Status is StepStatus.Unknown) is { } doubtful
        ? $" Nobody knows whether step {doubtful.Index} ({doubtful.Type}) took effect; a person should say so."
        : "";

    private static string Matching(AwaitedEvent awaits) => awaits.Match is null ? "" : $" that agrees in {awaits.Match}";

    private static string Clause(string? why) => why is { Length: > 0 } ? why.TrimEnd('.') : "no reason is known";

    private static string Times(int attempts) => attempts == 1 ? "1 attempt" : string.Create(CultureInfo.InvariantCulture, $"{attempts} attempts");

    private static string At(DateTimeOffset? time) => time is { } known ? Instants.Write(known) : "an unknown time";
}
