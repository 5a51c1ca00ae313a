using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Tells of an event: that it was accepted, which rules matched and why the others did not, and how it ended. Pure.</summary>
internal static class EventStory
{
    public static TraceEntry Accepted(WorkItem work, TraceBudget budget)
    {
        var state = work.Event!;
        var isAll = state.Error is not null && state.Runs.Count == 0;
        return new TraceEntry
        {
            At = work.CreatedAt,
            Order = work.CreatedAt,
            Kind = TraceEntryKind.Accepted,
            Title = isAll ? $"The event {state.Trigger} came, and nothing was started." : $"The event {state.Trigger} was accepted.",
            Tone = isAll ? TraceTone.Bad : TraceTone.Good,
            EventLogId = work.Id,
            Event = new TracedEvent(
                state.Trigger,
                state.Phone,
                state.Email,
                budget.Json(state.Variables, $"The variables of event {work.Id} are too large to show here: GET /api/saas/events/logs/{work.Id}."),
                budget.Json(state.Data, $"The data of event {work.Id} are too large to show here: GET /api/saas/events/logs/{work.Id}."))
            {
                RunAt = work.RunAt > work.CreatedAt ? work.RunAt : null,
                ReplayOf = state.ReplayOf,
                CausedBy = state.Lineage.RootId,
                Error = isAll ? state.Error : null,
            },
        };
    }

    /// <param name="known">The rules of the trigger as they are now.</param>
    public static IEnumerable<TraceEntry> Rules(WorkItem work, IReadOnlyList<KnownRule> known)
    {
        var state = work.Event!;
        foreach (var run in state.Runs)
        {
            yield return OfRule(work, run.StartedAt, new TracedRule(run.RuleId, run.RuleName, run.RuleVersion, null)) with { RunId = run.Id };
        }

        foreach (var rule in state.Skipped)
        {
            yield return OfRule(work, work.RunAt, new TracedRule(rule.RuleId, rule.RuleName, null, rule.Reason));
        }

        var told = state.Runs.Select(run => run.RuleId).Concat(state.Skipped.Select(rule => rule.RuleId)).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in known.Where(rule => !told.Contains(rule.Id)))
        {
            yield return OfRule(work, work.RunAt, new TracedRule(rule.Id, rule.Name, null, WhyNotAsked(rule, work.RunAt))) with { Source = TraceSource.Recomputed };
        }
    }

    public static IEnumerable<TraceEntry> Ends(WorkItem work, TraceScope scope)
    {
        var state = work.Event!;
        foreach (var run in state.Runs.Where(run => run.FinishedAt is not null && scope.Tells(run)))
        {
            yield return new TraceEntry
            {
                At = run.FinishedAt,
                Order = run.FinishedAt,
                Kind = TraceEntryKind.RunEnded,
                Title = $"Run “{run.RuleName}” {run.Status switch { RunStatus.Completed => "completed", RunStatus.Failed => "failed", _ => "was cancelled" }}.",
                Tone = run.Status is RunStatus.Failed ? TraceTone.Bad : run.Status is RunStatus.Completed ? TraceTone.Good : TraceTone.Neutral,
                Note = run.Error,
                EventLogId = work.Id,
                RunId = run.Id,
            };
        }

        if (state.ProcessedAt is { } processed && state.Status is EventStatus.Completed or EventStatus.Failed or EventStatus.Cancelled)
        {
            yield return new TraceEntry
            {
                At = processed,
                Order = processed,
                Kind = TraceEntryKind.EventEnded,
                Title = state.Status switch
                {
                    EventStatus.Completed => "The event's immediate work was done.",
                    EventStatus.Failed => "The event failed.",
                    _ => "The event was cancelled.",
                },
                Tone = state.Status is EventStatus.Failed ? TraceTone.Bad : state.Status is EventStatus.Completed ? TraceTone.Good : TraceTone.Neutral,
                Note = state.Runs.Count == 0 || state.Runs.Any(run => string.Equals(run.Error, state.Error, StringComparison.Ordinal)) ? null : TraceBudget.Cut(state.Error),
                EventLogId = work.Id,
            };
        }
    }

    public static TraceEntry Job(WorkItem work) => new()
    {
        At = work.CreatedAt,
        Order = work.CreatedAt,
        Kind = TraceEntryKind.Job,
        Title = $"A job ({work.Type}) was queued; it {work.Status switch { WorkStatus.Queued => "is queued", WorkStatus.Processing => "is under way", WorkStatus.Completed => "completed", WorkStatus.Failed => "failed", _ => "was cancelled" }}.",
        Tone = work.Status switch { WorkStatus.Completed => TraceTone.Good, WorkStatus.Failed => TraceTone.Bad, WorkStatus.Cancelled => TraceTone.Neutral, _ => TraceTone.Waiting },
        Note = TraceBudget.Cut(work.LastError),
    };

    private static TraceEntry OfRule(WorkItem work, DateTimeOffset at, TracedRule rule) => new()
    {
        At = at,
        Order = at,
        Kind = rule.Reason is null ? TraceEntryKind.RuleMatched : TraceEntryKind.RuleSkipped,
        Title = rule.Reason is null ? $"Rule “{rule.RuleName}” matched." : $"Rule “{rule.RuleName}” did not start.",
        Tone = rule.Reason is null ? TraceTone.Good : TraceTone.Neutral,
        EventLogId = work.Id,
        Rule = rule with { Reason = TraceBudget.Cut(rule.Reason) },
    };

    /// <summary>The rules that were asked are on record with the event; of another only its present state can tell.</summary>
    private static string WhyNotAsked(KnownRule rule, DateTimeOffset at) =>
        rule.CreatedAt > at ? $"it was made later, at {Instants.Write(rule.CreatedAt)}"
        : !rule.IsActive ? "it is not active"
        : rule.UpdatedAt > at ? $"it was changed later, at {Instants.Write(rule.UpdatedAt)}, and was not active before, or had another trigger"
        : "it was not among the active rules at that time";
}
