using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>An event whose rules are chosen.</summary>
/// <param name="Rules">In the versions that its runs have pinned.</param>
internal sealed record Started(WorkItem Work, IReadOnlyList<RuleDefinition> Rules);

/// <summary>Chooses the rules of a due event and makes their runs: at the accept, or when a scheduled one comes due.</summary>
internal sealed class EventStart(IRuleBook rules, Admissions admissions, CancelMarks marks, LoopGuard guard, ITenantClock clocks)
{
    public async Task<Matching> MatchAsync(ITenantDatabase database, EventState state, Subject subject, CancellationToken cancellationToken)
    {
        if (state.OnlyRuleId is { } only)
        {
            var rule = await rules.FindAsync(database, only, null, cancellationToken);
            return rule is null
                ? new Matching([], [new SkippedRule(only, only, "there is no such rule")])
                : new Matching([rule], []);
        }

        var active = await rules.ActiveAsync(database, state.Trigger, cancellationToken);
        return active.Count == 0
            ? new Matching([], [])
            : RuleMatcher.Match(active, new EventFacts(state.Trigger, () => Scopes.Of(state, null, subject), clocks.Now(database.Tenant)));
    }

    /// <summary>The event with its runs. Done again after a crash it makes the same ones.</summary>
    public async Task<Started> StartAsync(WorkItem work, ITenantDatabase database, Subject subject, CancellationToken cancellationToken)
    {
        var state = work.Event!;
        var matching = await MatchAsync(database, state, subject, cancellationToken);
        var (started, held) = await admissions.AdmitAsync(work, matching.Matched, subject, cancellationToken);
        var now = clocks.Now(work.Tenant);
        var turn = new Turn(now, work.RunAt, 0);
        var runs = started.Select((admitted, number) => RunOf(work, number, admitted, turn)).ToList();
        if (runs.Count > 0 && await guard.ProblemAsync(state.Lineage, cancellationToken) is { } problem)
        {
            runs = runs.ConvertAll(run => RunMachine.Refuse(run, RunMachine.Circular, problem, now));
        }

        var chosen = started.Select(admitted => admitted.Rule).ToList();
        await marks.PutUpAsync(work, runs.Zip(chosen), now, cancellationToken);
        return new Started(
            work with
            {
                Event = state with
                {
                    Status = EventStatus.Received,
                    IsMatched = true,
                    RulesMatched = matching.Matched.Count,
                    Runs = runs,
                    Skipped = [.. matching.Skipped, .. held],
                    WakesWaits = work.LeadId is not null && await rules.IsAwaitedAsync(database, state.Trigger, cancellationToken),
                },
            },
            chosen);
    }

    /// <summary>What would start now, limits counted; changes nothing.</summary>
    public async Task<Matching> ForeseeAsync(ITenantDatabase database, EventState state, Subject subject, CancellationToken cancellationToken) =>
        await admissions.ForeseeAsync(await MatchAsync(database, state, subject, cancellationToken), database.Tenant.Value, state, subject, cancellationToken);

    private static Run RunOf(WorkItem work, int number, AdmittedRule admitted, Turn turn)
    {
        var run = RunMachine.Start(work.Id, number, admitted.Rule, work.Event!.Prelude?.Provides ?? [], turn) with { Once = admitted.Once };
        return admitted.Pending is { } pending ? Starts.Hold(run, pending, turn.Now + admitted.Rule.Limits!.Debounce!.Value) : run;
    }
}
