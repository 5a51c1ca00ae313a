using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>Carries out one step of an event: of one of its runs, or the one that comes before them.</summary>
internal sealed class StepPass(StepAttempt attempts, LeadWaits waits, RunLimits limits, StepSources sources, Settling settling)
{
    /// <returns>False when the work is no longer this worker's.</returns>
    public async Task<bool> PreludeAsync(Hold hold)
    {
        var held = hold.Work;
        var attempted = await attempts.MakeAsync(held, new Place.Prelude(), null, hold.Abort);
        if (attempted.Outcome is not { } outcome)
        {
            return !held.Lost.IsCancellationRequested;
        }

        held.Change(work => EventMachine.ApplyToPrelude(work, outcome, TurnOf(work, attempted)));
        var write = await held.WriteAsync(work => work, CancellationToken.None); // What was made is not to be forgotten by a stop.
        sources.TellPrelude(held.Current.Id);
        return write is not HeldWrite.Lost;
    }

    /// <returns>False when the work is no longer this worker's.</returns>
    public async Task<bool> PerformAsync(Hold hold, Place.InRun at)
    {
        var held = hold.Work;
        var rule = await sources.RuleAsync(held, held.Current.Event!.Runs[at.Run], hold.Abort);
        if (held.Current.Event!.Runs[at.Run] is { Pending: not null } pending)
        {
            held.Change(await limits.StartAsync(held.Current.Tenant, pending, rule?.Limits?.Within, hold.Abort));
            return true;
        }

        var attempted = await attempts.MakeAsync(held, at, rule, hold.Abort);
        if (attempted.Outcome is not { } outcome)
        {
            return !held.Lost.IsCancellationRequested;
        }

        var earlier = outcome is StepOutcome.WaitForEvent wait
            ? await waits.RegisterAsync(held, at, rule!, wait, hold.Abort)
            : null;
        held.Change(work => WithWarnings(EventMachine.Apply(work, at.Run, at.Step, outcome, TurnOf(work, attempted)), at, attempted.Warnings));
        if (earlier is { } received)
        {
            held.Change(work => EventMachine.WithRun(work, at.Run, RunMachine.Receive(work.Event!.Runs[at.Run], at.Step, received, settling.Turn(work))));
            await waits.RemoveAsync(held.Current.Id, at.Run, at.Step, hold.Abort);
        }

        return true;
    }

    /// <summary>The time of a waiting step has come.</summary>
    public async Task EndWaitAsync(HeldWork held, Move.EndWait wait, CancellationToken cancellationToken)
    {
        held.Change(work => EventMachine.EndWait(work, wait.Run, wait.Step, settling.Turn(work)));
        await waits.RemoveAsync(held.Current.Id, wait.Run, wait.Step, cancellationToken);
    }

    private Turn TurnOf(WorkItem work, Attempted attempted) =>
        settling.Turn(work) is var turn && attempted.Moment < turn.Now ? turn with { Now = attempted.Moment.Value } : turn;

    private static WorkItem WithWarnings(WorkItem work, Place.InRun at, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
        {
            return work;
        }

        var run = work.Event!.Runs[at.Run];
        var steps = run.Steps.ToArray();
        steps[at.Step] = steps[at.Step] with { Warnings = warnings };
        return EventMachine.WithRun(work, at.Run, run with { Steps = steps });
    }
}

/// <summary>What steps come from, and who waits for the one that comes before them.</summary>
internal sealed class StepSources(IRuleBook rules, PreludeWatch preludes)
{
    /// <returns>The rule in the version that the run has pinned; null when it is gone.</returns>
    public async ValueTask<RuleDefinition?> RuleAsync(HeldWork held, Run run, CancellationToken cancellationToken)
    {
        if (held.Rules.TryGetValue((run.RuleId, run.RuleVersion), out var known))
        {
            return known;
        }

        var found = await rules.FindAsync(held.Database!, run.RuleId, run.RuleVersion, cancellationToken);
        if (found is not null)
        {
            held.Rules[(run.RuleId, run.RuleVersion)] = found;
        }

        return found;
    }

    public void TellPrelude(string workId) => preludes.Tell(workId);
}
