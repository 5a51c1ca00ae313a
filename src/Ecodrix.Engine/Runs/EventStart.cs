using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>An event whose rules are chosen.</summary>
/// <param name="Rules">In the versions that its runs have pinned.</param>
internal sealed record Started(WorkItem Work, IReadOnlyList<RuleDefinition> Rules);

/// <summary>Chooses the rules of a due event and makes their runs: at the accept, or when a scheduled one comes due.</summary>
internal sealed class EventStart(IRuleBook rules, SequenceClaims sequences, LoopGuard guard, ITenantClock clocks)
{
    private const string TooMany = "an event starts at most 50 runs";
    private const string AlreadyIn = "already in this sequence";

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
            : RuleMatcher.Match(active, new EventFacts(state.Trigger, Scopes.Of(state, null, subject), clocks.Now(database.Tenant)));
    }

    /// <summary>The event with its runs. Done again after a crash it makes the same ones.</summary>
    public async Task<Started> StartAsync(WorkItem work, ITenantDatabase database, Subject subject, CancellationToken cancellationToken)
    {
        var state = work.Event!;
        var matching = await MatchAsync(database, state, subject, cancellationToken);
        var (started, held) = await TakeSequencesAsync(work, matching.Matched, cancellationToken);
        var now = clocks.Now(work.Tenant);
        var turn = new Turn(now, work.RunAt, 0);
        var provided = state.Prelude?.Provides ?? [];
        var runs = started.Select((rule, number) => RunMachine.Start(work.Id, number, rule, provided, turn)).ToList();
        if (runs.Count > 0 && await guard.ProblemAsync(state.Lineage, cancellationToken) is { } problem)
        {
            runs = runs.ConvertAll(run => RunMachine.Refuse(run, RunMachine.Circular, problem, now));
        }

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
            started);
    }

    private async Task<(IReadOnlyList<RuleDefinition> Started, IReadOnlyList<SkippedRule> Held)> TakeSequencesAsync(
        WorkItem work, IReadOnlyList<RuleDefinition> matched, CancellationToken cancellationToken)
    {
        if (matched.Count <= WorkIds.MaxRuns && !matched.Any(rule => rule.IsSequence))
        {
            return (matched, []);
        }

        var started = new List<RuleDefinition>();
        var held = new List<SkippedRule>();
        foreach (var rule in matched)
        {
            if (started.Count >= WorkIds.MaxRuns)
            {
                held.Add(new SkippedRule(rule.Id, rule.Name, TooMany));
            }
            else if (rule.IsSequence && work.LeadId is { } lead
                && !await sequences.TryTakeAsync(work.Tenant, rule.Id, lead, WorkIds.Run(work.Id, started.Count), cancellationToken))
            {
                held.Add(new SkippedRule(rule.Id, rule.Name, AlreadyIn));
            }
            else
            {
                started.Add(rule);
            }
        }

        return (started, held);
    }
}
