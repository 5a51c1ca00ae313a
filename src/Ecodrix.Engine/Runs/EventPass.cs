using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <summary>Takes an event as far as it goes now: asks what is next, does it, until there is nothing due.</summary>
internal sealed class EventPass(
    EventStart start, StepAttempt attempts, CallbackDelivery callbacks, LeadWaits waits, RunCancels cancels, RunLimits limits, PreludeWatch preludes,
    Deferrals deferrals, LeadLines lines, IRuleBook rules, ISubjects subjects, IHeldTenants holds, Settling settling, TimeProvider clock, ITenantClock clocks)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public async Task RunAsync(Hold hold)
    {
        var held = hold.Work;
        var wasDeferred = held.Current.Event!.Deferred is not null;
        await AdvanceAsync(hold);
        if (wasDeferred && held.Current.Event!.Deferred is null && !held.Lost.IsCancellationRequested)
        {
            await deferrals.ForgetAsync(held.Current.Id, hold.Abort);
        }
    }

    private async Task AdvanceAsync(Hold hold)
    {
        var held = hold.Work;
        while (true)
        {
            if (hold.Stopping.IsCancellationRequested || await holds.IsHeldAsync(held.Database!.Tenant, hold.Abort))
            {
                await settling.HandBackAsync(held, clock.GetUtcNow());
                return;
            }

            held.Change(work => Signals.Apply(work, settling.Turn(work)));
            var move = EventMachine.Next(held.Current, clocks.Now(held.Current.Tenant));
            if (move is Move.Rest)
            {
                await settling.SettleAsync(held, work => EventMachine.Rested(work, clocks.Now(work.Tenant)));
                return;
            }

            if (!await DoAsync(hold, move))
            {
                return;
            }
        }
    }

    /// <returns>False when the work is no longer this worker's.</returns>
    private async Task<bool> DoAsync(Hold hold, Move move)
    {
        var held = hold.Work;
        switch (move)
        {
            case Move.Admit:
                return await AdmitAsync(held, hold.Abort);
            case Move.Match:
                return await MatchAsync(held, hold.Abort);
            case Move.Wake:
                await cancels.EndAsync(held, hold.Abort);
                await waits.WakeAsync(held, hold.Abort);
                held.Change(work => work with { Event = work.Event! with { WakesWaits = false } });
                return true;
            case Move.Prelude:
                return await PreludeAsync(hold);
            case Move.Perform perform:
                return await PerformAsync(hold, new Place.InRun(perform.Run, perform.Step));
            case Move.EndWait wait:
                held.Change(work => EventMachine.EndWait(work, wait.Run, wait.Step, settling.Turn(work)));
                await waits.RemoveAsync(held.Current.Id, wait.Run, wait.Step, hold.Abort);
                return true;
            case Move.Conclude:
                held.Change(work => EventMachine.Conclude(work, clocks.Now(work.Tenant)));
                return true;
            default:
                // A slow receiver is no reason for the lead's next event to wait.
                lines.Pass(held.Current);
                hold.LeaveGate();
                held.Change(work => work with { InLine = null });
                return await callbacks.AttemptAsync(held, hold.Abort) || !held.Lost.IsCancellationRequested;
        }
    }

    private async Task<bool> AdmitAsync(HeldWork held, CancellationToken cancellationToken)
    {
        if (await deferrals.IsBehindAsync(held.Current, cancellationToken))
        {
            await settling.HandBackAsync(held, clock.GetUtcNow() + LookAgain);
            return false;
        }

        var outcome = await deferrals.AdmitAsync(held.Database!, held.Current, cancellationToken);
        held.Change(work => DeferralMachine.Admit(work, outcome, clocks.Now(work.Tenant)));
        if (held.Current is { LeadId: { } lead, Event.Status: EventStatus.Scheduled })
        {
            held.Subject = await subjects.LoadAsync(held.Database!, lead, cancellationToken);
            var matching = await start.MatchAsync(held.Database!, held.Current.Event, held.Subject, cancellationToken);
            held.Change(work => work with { Event = work.Event! with { RulesMatched = matching.Matched.Count } });
        }

        return true;
    }

    private async Task<bool> MatchAsync(HeldWork held, CancellationToken cancellationToken)
    {
        held.Subject ??= await subjects.LoadAsync(held.Database!, held.Current.LeadId, cancellationToken);
        var (work, chosen) = await start.StartAsync(held.Current, held.Database!, held.Subject, cancellationToken);
        foreach (var rule in chosen)
        {
            held.Rules[(rule.Id, rule.Version)] = rule;
        }

        // Durable before the first step: chosen again after a crash, other rules might stand under the same ids.
        var write = await held.WriteAsync(
            now => now.Event!.Status is EventStatus.Cancelled ? null : now with { Event = work.Event },
            CancellationToken.None);
        if (write is HeldWrite.Written)
        {
            await limits.EndReplacedAsync(held.Current, cancellationToken);
        }

        return write is not HeldWrite.Lost;
    }

    private async Task<bool> PreludeAsync(Hold hold)
    {
        var held = hold.Work;
        var attempted = await attempts.MakeAsync(held, new Place.Prelude(), null, hold.Abort);
        if (attempted.Outcome is not { } outcome)
        {
            return !held.Lost.IsCancellationRequested;
        }

        held.Change(work => EventMachine.ApplyToPrelude(work, outcome, TurnOf(work, attempted)));
        var write = await held.WriteAsync(work => work, CancellationToken.None); // What was made is not to be forgotten by a stop.
        preludes.Tell(held.Current.Id);
        return write is not HeldWrite.Lost;
    }

    private async Task<bool> PerformAsync(Hold hold, Place.InRun at)
    {
        var held = hold.Work;
        var rule = await RuleAsync(held, held.Current.Event!.Runs[at.Run], hold.Abort);
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

    private Turn TurnOf(WorkItem work, Attempted attempted) =>
        settling.Turn(work) is var turn && attempted.Moment < turn.Now ? turn with { Now = attempted.Moment.Value } : turn;

    private async ValueTask<RuleDefinition?> RuleAsync(HeldWork held, Run run, CancellationToken cancellationToken)
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
