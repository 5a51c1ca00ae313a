using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>What a run makes of news about a step whose outcome was unknown. Pure.</summary>
/// <remarks>
/// An unknown step counted as sent, so the run went on. News that it was sent therefore changes nothing else; news that it
/// failed ends a run that is under way as any failure does, and makes a run that has ended a failed one.
/// </remarks>
internal static class Resolution
{
    /// <returns>The same run when the step's outcome is not unknown, or the run was cancelled and the step is to be repeated.</returns>
    public static Run Apply(Run run, int index, Verdict verdict, Turn turn)
    {
        if (run.Steps.ElementAtOrDefault(index) is not { Status: StepStatus.Unknown } step)
        {
            return run;
        }

        return verdict.Kind switch
        {
            VerdictKind.Sent => Looked(run, step with { Status = StepStatus.Completed, Result = verdict.Result ?? step.Result, LastError = null, ErrorCode = null }),
            VerdictKind.Failed => Fail(Looked(run, step with { Status = StepStatus.Failed, ErrorCode = verdict.Code, LastError = verdict.Why }), step, turn),
            _ when run.Status is RunStatus.Cancelled => run,
            _ => RunMachine.GoOn(Looked(run, StepMachine.Again(step, turn.Now)) with { Status = RunStatus.Running, FinishedAt = null, Error = null }, turn),
        };
    }

    private static Run Fail(Run run, Step step, Turn turn)
    {
        if (run.Status is RunStatus.Cancelled)
        {
            return run;
        }

        if (run.HasEnded())
        {
            return RunMachine.Finish(run, run.FinishedAt ?? turn.Now);
        }

        // What is on its way out is waited for.
        return step.ContinuesOnError || run.Current() is { EffectStartedAt: not null }
            ? run
            : RunMachine.Finish(RunMachine.SkipAll(run, _ => true, "a step before it failed", RunMachine.NotReached, turn.Now), turn.Now);
    }

    private static Run Looked(Run run, Step step)
    {
        var next = RunMachine.With(run, step);
        return next with { Attention = next.Steps.Any(other => other.Status is StepStatus.Unknown) };
    }
}
