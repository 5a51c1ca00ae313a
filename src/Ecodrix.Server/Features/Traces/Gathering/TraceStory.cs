using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Puts everything that is known into one list, in the order in which it happened. Pure.</summary>
internal static class TraceStory
{
    public static IReadOnlyList<TraceEntry> Of(TraceScope scope, TraceFindings found, TraceBudget budget)
    {
        var entries = scope.Works.SelectMany(work => OfWork(work, scope, found, budget));
        if (scope.Works.Count == 0)
        {
            entries = found.Effects.Values.SelectMany(effect => StepStory.Of(effect, eventLogId: null, runId: null));
        }

        // A stable sort: what happened at the same time stays as it is told here.
        var ordered = entries.OrderBy(entry => entry.Order ?? DateTimeOffset.MaxValue).ToList();
        if (ordered.Count <= TraceLimits.Entries)
        {
            return ordered;
        }

        const int Half = TraceLimits.Entries / 2;
        budget.Leave(FormattableString.Invariant($"{ordered.Count - TraceLimits.Entries} entries in the middle are left out: ask for one run or one event by its id."));
        return [.. ordered.Take(Half), .. ordered.TakeLast(Half)];
    }

    private static IEnumerable<TraceEntry> OfWork(WorkItem work, TraceScope scope, TraceFindings found, TraceBudget budget) =>
        work.Event is null ? OfJob(work, scope, found, budget) : OfEvent(work, scope, found, budget);

    private static IEnumerable<TraceEntry> OfJob(WorkItem work, TraceScope scope, TraceFindings found, TraceBudget budget)
    {
        if (work.Callback is not null)
        {
            return CallbackStory.Of(work, runId: null, scope.TellsBodies, budget);
        }

        return found.Effects.TryGetValue(Ecodrix.Storage.DocumentId.Child(work.Id, 1), out var effect)
            ? [EventStory.Job(work), .. StepStory.Of(effect, eventLogId: null, runId: null)]
            : [EventStory.Job(work)];
    }

    private static IEnumerable<TraceEntry> OfEvent(WorkItem work, TraceScope scope, TraceFindings found, TraceBudget budget)
    {
        var state = work.Event!;
        yield return EventStory.Accepted(work, budget);
        if (state.Prelude is { } prelude)
        {
            yield return Before(StepStory.Of(work, run: null, prelude.Step, budget), WorkIds.Prelude(work.Id), found);
            foreach (var entry in Effect(WorkIds.Prelude(work.Id), work, runId: null, found))
            {
                yield return entry;
            }
        }

        foreach (var entry in EventStory.Rules(work, found.Rules).Concat(state.Runs.Where(scope.Tells).SelectMany(run => OfRun(work, run, scope, found, budget))))
        {
            yield return entry;
        }

        if (scope.RunId is not null && state.Runs.Count > 1)
        {
            budget.Leave(FormattableString.Invariant($"The steps of the event's {state.Runs.Count - 1} other runs are left out: GET /api/saas/trace/{work.Id}."));
        }

        foreach (var entry in EventStory.Ends(work, scope).Concat(work.Callback is null ? [] : CallbackStory.Of(work, runId: null, scope.TellsBodies, budget)))
        {
            yield return entry;
        }
    }

    private static IEnumerable<TraceEntry> OfRun(WorkItem work, Run run, TraceScope scope, TraceFindings found, TraceBudget budget)
    {
        foreach (var step in run.Steps)
        {
            var effectId = WorkIds.StepOf(run.Id, step.Index)!;
            yield return Before(StepStory.Of(work, run, step, budget), effectId, found);
            foreach (var entry in Effect(effectId, work, run.Id, found))
            {
                yield return entry;
            }

            if (found.Callbacks.TryGetValue(effectId, out var sent))
            {
                foreach (var entry in CallbackStory.Of(sent, run.Id, scope.TellsBodies, budget))
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>A step is on record as started when its effect is about to be written, a little after what it makes was made.</summary>
    private static TraceEntry Before(TraceEntry step, string effectId, TraceFindings found) =>
        found.Effects.TryGetValue(effectId, out var effect) && effect.CreatedAt < step.At ? step with { At = effect.CreatedAt, Order = effect.CreatedAt } : step;

    private static IEnumerable<TraceEntry> Effect(string id, WorkItem work, string? runId, TraceFindings found) =>
        found.Effects.TryGetValue(id, out var effect) ? StepStory.Of(effect, work.Id, runId) : [];
}
