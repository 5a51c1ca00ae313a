using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Runs;

/// <param name="Pending">Set when the run waits for quiet before it starts.</param>
/// <param name="Once">The claim that the run holds; null when there is none.</param>
internal sealed record AdmittedRule(RuleDefinition Rule, PendingStart? Pending, string? Once = null);

/// <summary>Which of the matched rules start a run, in the order of their run numbers.</summary>
internal sealed record Admitted(IReadOnlyList<AdmittedRule> Started, IReadOnlyList<SkippedRule> Held);

/// <summary>Asks of each rule that matched whether a run of it may start, and takes what that run needs.</summary>
internal sealed class Admissions(SequenceClaims sequences, RunLimits limits)
{
    private const string TooMany = "an event starts at most 50 runs";
    private const string AlreadyIn = "already in this sequence";

    public async Task<Admitted> AdmitAsync(WorkItem work, IReadOnlyList<RuleDefinition> matched, Subject subject, CancellationToken cancellationToken)
    {
        if (matched.Count <= WorkIds.MaxRuns && !matched.Any(rule => rule.IsSequence || rule.Limits is not null))
        {
            return new Admitted([.. matched.Select(rule => new AdmittedRule(rule, null))], []);
        }

        var started = new List<AdmittedRule>();
        var held = new List<SkippedRule>();
        foreach (var rule in matched)
        {
            var limited = started.Count >= WorkIds.MaxRuns
                ? new Limited(TooMany, null)
                : await TakeAsync(rule, work, WorkIds.Run(work.Id, started.Count), subject, cancellationToken);
            if (limited.Reason is not { } reason)
            {
                started.Add(new AdmittedRule(rule, limited.Pending, limited.Once));
            }
            else
            {
                held.Add(new SkippedRule(rule.Id, rule.Name, reason));
            }
        }

        return new Admitted(started, held);
    }

    /// <summary>What would not start now; takes nothing.</summary>
    public async Task<Matching> ForeseeAsync(Matching matching, string tenant, EventState state, Subject subject, CancellationToken cancellationToken)
    {
        var matched = new List<RuleDefinition>();
        var skipped = matching.Skipped.ToList();
        foreach (var rule in matching.Matched)
        {
            if (state.OnlyRuleId is null && await limits.LookAsync(rule, tenant, state, subject, cancellationToken) is { } reason)
            {
                skipped.Add(new SkippedRule(rule.Id, rule.Name, reason));
            }
            else
            {
                matched.Add(rule);
            }
        }

        return new Matching(matched, skipped);
    }

    private async Task<Limited> TakeAsync(RuleDefinition rule, WorkItem work, string runId, Subject subject, CancellationToken cancellationToken)
    {
        var sequenceLead = rule.IsSequence ? work.LeadId : null;
        if (sequenceLead is not null && !await sequences.TryTakeAsync(work.Tenant, rule.Id, sequenceLead, runId, cancellationToken))
        {
            return new Limited(AlreadyIn, null);
        }

        // Who enrolls a lead by hand has decided that it runs.
        var limited = rule.Limits is null || work.Event!.OnlyRuleId is not null
            ? Limited.Free
            : await limits.TakeAsync(rule, work, runId, subject, cancellationToken);
        if (limited.Reason is not null && sequenceLead is not null)
        {
            await sequences.GiveUpAsync(work.Tenant, rule.Id, sequenceLead, runId, cancellationToken);
        }

        return limited;
    }
}
