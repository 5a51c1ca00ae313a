using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>When an effect was owed, whenever it is come to: a step's by its run's plan, a callback's by its event. Pure.</summary>
/// <remarks>
/// After a restore the work of hours is done again. What happened in those hours the first time is told from what is new by
/// when it was owed, and a step's due time does not tell: it counts from the step before, which has only now ended again.
/// </remarks>
internal static class Owed
{
    public static OwedAt OfStep(WorkItem work, Place place) => place is Place.InRun at
        ? since => OfStep(work.Event!.Runs[at.Run], at.Step, Base(work), since)
        : since => work.Event!.Prelude!.Step is var step && (step.OwedAt ?? step.DueAt) is { } owed && owed < since ? owed : Base(work);

    public static OwedAt OfCallback(WorkItem work) => since =>
        work.Callback!.OwedAt ?? (work.Callback.NextAttemptAt < since ? work.Callback.NextAttemptAt.Value : Base(work));

    public static OwedAt OfJob(WorkItem work) => _ => work.OwedAt ?? work.RunAt;

    // An event that a restore has fired again is as old as what fires it.
    private static DateTimeOffset Base(WorkItem work) => work.Event?.Lineage.OwedAt ?? work.RunAt;

    /// <param name="runAt">When the event was due: what the delays of a plain rule count from.</param>
    /// <param name="since">From here on times were set anew.</param>
    public static DateTimeOffset OfStep(Run run, int index, DateTimeOffset runAt, DateTimeOffset since)
    {
        var step = run.Steps[index];
        if ((step.OwedAt ?? (step.DueAt < since ? step.DueAt : null)) is { } known)
        {
            return known;
        }

        if (Before(run, index) is not { } before)
        {
            return runAt + step.Delay;
        }

        var end = EndOf(run, before, runAt, since);
        return run.IsSequence ? end + step.Delay
            : runAt + step.Delay is var planned && planned > end ? planned
            : end;
    }

    /// <returns>The last step before that ran; null when there is none.</returns>
    private static Step? Before(Run run, int index)
    {
        for (var before = index - 1; before >= 0; before--)
        {
            if (run.Steps[before] is { FinishedAt: not null } step && (step.Status is not (StepStatus.Skipped or StepStatus.Cancelled) || step.OwedAt is not null))
            {
                return step;
            }
        }

        return null;
    }

    private static DateTimeOffset EndOf(Run run, Step step, DateTimeOffset runAt, DateTimeOffset since)
    {
        if (step.FinishedAt < since || HasReceived(step))
        {
            return step.FinishedAt!.Value;
        }

        if (step.Type is not (ControlSteps.Wait or ControlSteps.WaitFor))
        {
            return OfStep(run, step.Index, runAt, since);
        }

        // A wait that was begun before ends when it was to end; one that is begun only now lasts as long as it says.
        return step.DueAt < since ? step.DueAt.Value : OfStep(run, step.Index, runAt, since) + Length(step);
    }

    private static TimeSpan Length(Step wait) =>
        wait.DueAt - wait.StartedAt is { } length && length > TimeSpan.Zero ? length : TimeSpan.Zero;

    private static bool HasReceived(Step step) =>
        step.Result is { ValueKind: JsonValueKind.Object } result && result.TryGetProperty("received", out var received) && received.ValueKind is JsonValueKind.True;
}
