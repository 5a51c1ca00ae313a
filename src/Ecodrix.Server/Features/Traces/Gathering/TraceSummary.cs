using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Says all of it in a sentence or two. Holds no personal data. Pure.</summary>
internal static class TraceSummary
{
    public static string Of(TraceScope scope, IReadOnlyList<TraceEntry> entries)
    {
        if (scope.Kind is TraceSubject.Lead)
        {
            var events = scope.Works.Count(work => work.Event is not null);
            return events == 0 ? "No event of this lead is kept." : FormattableString.Invariant($"{(scope.HasMore ? "The last " : "")}{Count(scope.Works.Count, "event or job", "events and jobs")} of this lead.");
        }

        return scope.Works is [{ Event: not null } work] ? OfEvent(work, scope, entries) : Ended(entries);
    }

    public static TraceTone ToneOf(IReadOnlyList<TraceEntry> entries, IReadOnlyList<TraceWait> waits) =>
        entries.Any(entry => entry.Tone is TraceTone.Bad && entry.Kind is not TraceEntryKind.CallbackAttempt) ? TraceTone.Bad
        : waits.Count > 0 ? TraceTone.Waiting
        : TraceTone.Good;

    private static string OfEvent(WorkItem work, TraceScope scope, IReadOnlyList<TraceEntry> entries)
    {
        var state = work.Event!;
        if (state.Status is EventStatus.Scheduled)
        {
            return $"The event is scheduled for {Instants.Write(work.RunAt)}. If it were due now, {Count(state.RulesMatched, "rule", "rules")} would match.";
        }

        if (state.Error is not null && state.Runs.Count == 0)
        {
            return "Nothing was started.";
        }

        var steps = state.Runs.Where(scope.Tells).SelectMany(run => run.Steps).ToList();
        return string.Join(' ', new[]
        {
            FormattableString.Invariant($"{Count(state.Runs.Count, "rule", "rules")} started, {state.Skipped.Count} did not."),
            steps.Count == 0 ? null : OfSteps(steps),
            OfCallback(work.Callback),
            state.Runs.Any(run => run.Attention && scope.Tells(run)) ? "A person should look: nobody knows whether a step took effect." : null,
        }.Where(part => part is not null));
    }

    private static string OfSteps(List<Step> steps)
    {
        var done = steps.Count(step => step.Status is StepStatus.Completed);
        var failed = steps.Count(step => step.Status is StepStatus.Failed);
        var open = steps.Count(step => step.FinishedAt is null);
        return FormattableString.Invariant($"{done} of {Count(steps.Count, "step", "steps")} done{(failed > 0 ? $", {failed} failed" : "")}{(open > 0 ? $", {open} still to come" : "")}.");
    }

    private static string? OfCallback(CallbackState? callback) => callback switch
    {
        null => null,
        { Status: CallbackStatus.Delivered } => FormattableString.Invariant($"The callback was delivered at attempt {callback.Attempts.Count}."),
        { Status: CallbackStatus.Failed } => FormattableString.Invariant($"The callback was given up after {Count(callback.Attempts.Count, "attempt", "attempts")}."),
        _ => FormattableString.Invariant($"The callback is not delivered yet ({Count(callback.Attempts.Count, "attempt", "attempts")})."),
    };

    private static string Ended(IReadOnlyList<TraceEntry> entries) => entries.Count > 0 ? entries[^1].Title : "Nothing more is known.";

    private static string Count(int number, string one, string many) => FormattableString.Invariant($"{number} {(number == 1 ? one : many)}");
}
