using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>How a run goes from step to step. Pure: it reads no clock, no rule and no database.</summary>
internal static class RunMachine
{
    public const string Circular = "AUTOMATION_CIRCULAR";

    /// <summary>Marks the steps that a failure kept from running, so that a retry brings them back.</summary>
    public const string NotReached = "NOT_REACHED";

    private const string NotTaken = "the branch took the other side";

    public static bool HasEnded(this Run run) => run.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    public static Run Start(string eventId, int number, RuleDefinition rule, IReadOnlyList<string> provided, Turn turn) =>
        GoOn(RunPlan.Of(rule, eventId, number, turn.Due, provided), turn);

    /// <summary>A run that must not happen and is to be seen: it has failed before its first step.</summary>
    public static Run Refuse(Run run, string code, string why, DateTimeOffset now) => run with
    {
        Status = RunStatus.Failed,
        FinishedAt = now,
        Error = $"{code}: {why}",
        Steps = [.. run.Steps.Select(step => StepMachine.Skip(step, why, now))],
    };

    /// <summary>The step that is next or under way; null when there is none left.</summary>
    public static Step? Current(this Run run)
    {
        if (run.HasEnded())
        {
            return null;
        }

        foreach (var step in run.Steps)
        {
            if (!step.IsSettled())
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>From where on an event of the lead counts for a wait: the end of the step before, or the run's start.</summary>
    public static DateTimeOffset Since(this Run run, int index)
    {
        for (var before = index - 1; before >= 0; before--)
        {
            if (run.Steps[before] is { Status: not (StepStatus.Skipped or StepStatus.Cancelled), FinishedAt: { } end })
            {
                return end;
            }
        }

        return run.StartedAt;
    }

    public static Run Apply(Run run, int index, StepOutcome outcome, Turn turn)
    {
        var step = StepMachine.Apply(run.Steps[index], outcome, turn, run.Since(index));
        var next = With(run, step) with { Attention = run.Attention || step.Status is StepStatus.Unknown };
        return outcome switch
        {
            StepOutcome.Stopped => Finish(SkipAll(next, _ => true, "the run was stopped", null, turn.Now), turn.Now),
            StepOutcome.Branched branched => GoOn(SkipAll(next, other => other.Parent == index && other.IsElse == branched.Then, NotTaken, null, turn.Now), turn),
            _ when step is { Status: StepStatus.Failed, ContinuesOnError: false } =>
                Finish(SkipAll(next, _ => true, "a step before it failed", NotReached, turn.Now), turn.Now),
            _ when step.IsSettled() && step.Status is not StepStatus.Completed and not StepStatus.Unknown =>
                GoOn(SkipAll(next, other => other.Parent == index, NotTaken, step.Status is StepStatus.Failed ? NotReached : null, turn.Now), turn),
            _ => GoOn(next, turn),
        };
    }

    /// <summary>An awaited event has come. A step that waits no longer stays as it is.</summary>
    public static Run Receive(Run run, int index, JsonElement? content, Turn turn) =>
        run.Steps[index] is { Status: StepStatus.Waiting, Awaits: not null } step
            ? GoOn(With(run, StepMachine.Received(step, content, turn.Now)), turn)
            : run;

    /// <summary>The time of a waiting step has come.</summary>
    public static Run EndWait(Run run, int index, Turn turn)
    {
        var step = run.Steps[index];
        if (step.Awaits is not { } awaits)
        {
            return GoOn(With(run, StepMachine.Settled(step, StepStatus.Completed, turn.Now)), turn);
        }

        var next = With(run, StepMachine.Received(step, null, turn.Now));
        return awaits.StopsOnTimeout
            ? Finish(SkipAll(next, _ => true, "the awaited event did not come", null, turn.Now), turn.Now)
            : GoOn(next, turn);
    }

    /// <param name="why">Null when a person asked for it.</param>
    public static Run Cancel(Run run, DateTimeOffset now, string? why = null)
    {
        if (run.HasEnded())
        {
            return run;
        }

        var steps = run.Steps.Select(step => StepMachine.Cancel(step, now)).ToList();
        return run with
        {
            Status = RunStatus.Cancelled,
            FinishedAt = now,
            Error = why,
            Pending = null,
            Steps = steps,
            Attention = run.Attention || steps.Exists(step => step.Status is StepStatus.Unknown),
        };
    }

    /// <summary>Repeats the failed steps, and brings back what their failure kept from running.</summary>
    public static Run Retry(Run run, Turn turn)
    {
        if (run.Status is not RunStatus.Failed || !run.Steps.Any(step => step.Status is StepStatus.Failed))
        {
            return run;
        }

        var again = run with
        {
            Status = RunStatus.Running,
            FinishedAt = null,
            Error = null,
            Steps = [.. run.Steps.Select(step => step switch
            {
                { Status: StepStatus.Failed } => StepMachine.Again(step, turn.Now),
                { Status: StepStatus.Skipped, ErrorCode: NotReached } => StepMachine.Again(step, turn.Now) with { DueAt = null },
                _ => step,
            })],
        };
        return GoOn(again, turn);
    }

    /// <summary>What was held goes on from where it stood.</summary>
    /// <returns>The same run when nothing of it was held.</returns>
    public static Run Release(Run run, DateTimeOffset now) =>
        run.Current() is { HeldSince: not null } step ? With(run, StepMachine.Release(step, now)) : run;

    // Sets the due time of the next step, or ends the run when none is left.
    internal static Run GoOn(Run run, Turn turn)
    {
        if (run.Current() is not { } step)
        {
            return Finish(run, turn.Now);
        }

        if (step.Status is StepStatus.Pending)
        {
            // It falls due when its delay is over and the step before has ended, whichever is later.
            var isFirst = run.Steps.All(other => other.FinishedAt is null);
            var due = step.DueAt ?? (run.IsSequence && !isFirst ? turn.Now : turn.Due) + step.Delay;
            step = step with { DueAt = !isFirst && due < turn.Now ? turn.Now : due };
            run = With(run, step);
        }

        return run with { Status = StatusAt(step, turn.Now) };
    }

    private static RunStatus StatusAt(Step step, DateTimeOffset now) =>
        step.Status is StepStatus.Waiting || (step.Status is StepStatus.Pending && step.DueAt > now) ? RunStatus.Waiting : RunStatus.Running;

    internal static Run Finish(Run run, DateTimeOffset now)
    {
        var failed = run.Steps.FirstOrDefault(step => step.Status is StepStatus.Failed);
        return run with
        {
            Status = failed is null ? RunStatus.Completed : RunStatus.Failed,
            FinishedAt = now,
            Error = failed is null ? null : $"{failed.ErrorCode}: {failed.LastError}",
        };
    }

    internal static Run With(Run run, Step step)
    {
        var steps = run.Steps.ToArray();
        steps[step.Index] = step;
        return run with { Steps = steps };
    }

    // Skips the chosen ones that are not settled, with all that stands inside them.
    internal static Run SkipAll(Run run, Func<Step, bool> chosen, string reason, string? code, DateTimeOffset now)
    {
        var steps = run.Steps.ToArray();
        var gone = new HashSet<int>();
        for (var index = 0; index < steps.Length; index++)
        {
            var step = steps[index];
            if (!step.IsSettled() && (chosen(step) || (step.Parent is { } parent && gone.Contains(parent))))
            {
                gone.Add(index);
                steps[index] = StepMachine.Skip(step, reason, now) with { ErrorCode = code };
            }
        }

        return run with { Steps = steps };
    }
}
