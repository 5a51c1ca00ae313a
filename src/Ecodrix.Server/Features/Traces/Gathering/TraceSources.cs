using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Email;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Meetings;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>What is known beside the work itself.</summary>
/// <param name="Effects">By the id of their step's effect, or of the message.</param>
/// <param name="Callbacks">The jobs that deliver what callback actions send, by the id of their step's effect.</param>
/// <param name="Rules">Of the event's trigger, as they are now; empty where they are not asked for.</param>
internal sealed record TraceFindings(
    IReadOnlyDictionary<string, EffectRecord> Effects,
    IReadOnlyDictionary<string, WorkItem> Callbacks,
    IReadOnlyList<KnownRule> Rules,
    IReadOnlyList<TraceWait> Waits);

/// <summary>Collects from the features what belongs to a piece of work.</summary>
internal sealed class TraceSources(JobDoor jobs, WhyDoor why, ITenantClock clocks)
{
    private static readonly string[] Sending = ["send_whatsapp", "send_email", "create_meet"];

    public async Task<TraceFindings> CollectAsync(ITenantDatabase database, TraceScope scope, TraceBudget budget, CancellationToken cancellationToken)
    {
        var (effectIds, callbackIds) = IdsOf(scope);
        var effects = await EffectsAsync(database, Bounded(effectIds, "messages, mails and meetings", budget), cancellationToken);
        var callbacks = await jobs.FindManyAsync(database.Tenant, Bounded(callbackIds, "callbacks of actions", budget), cancellationToken);
        return new TraceFindings(
            effects.DistinctBy(effect => effect.Id, StringComparer.Ordinal).ToDictionary(effect => effect.Id, StringComparer.Ordinal),
            callbacks.Where(work => work.Callback is not null).ToDictionary(work => work.Id, StringComparer.Ordinal),
            await RulesAsync(database, scope, cancellationToken),
            await WaitsAsync(database.Tenant, scope, budget, cancellationToken));
    }

    private static (List<string> Effects, List<string> Callbacks) IdsOf(TraceScope scope)
    {
        var effects = new List<string>();
        var callbacks = new List<string>();
        foreach (var work in scope.Works)
        {
            if (work.Event is not { } state)
            {
                effects.Add(DocumentId.Child(work.Id, 1));
                continue;
            }

            if (state.Prelude is not null)
            {
                effects.Add(WorkIds.Prelude(work.Id));
            }

            var begun = from run in state.Runs.Where(scope.Tells)
                        from step in run.Steps
                        where step.StartedAt is not null || step.FinishedAt is not null
                        select (step.Type, Id: WorkIds.StepOf(run.Id, step.Index));
            foreach (var (type, id) in begun.Where(step => step.Id is not null))
            {
                (type is "callback" ? callbacks : Sending.Contains(type, StringComparer.Ordinal) ? effects : null)?.Add(id!);
            }
        }

        if (scope.Works.Count == 0)
        {
            effects.Add(scope.Id);
        }

        return (effects, callbacks);
    }

    private static List<string> Bounded(List<string> ids, string what, TraceBudget budget)
    {
        if (ids.Count > TraceLimits.LookedUp)
        {
            budget.Leave(FormattableString.Invariant($"Of {ids.Count} {what} only the first {TraceLimits.LookedUp} are told."));
        }

        return [.. ids.Take(TraceLimits.LookedUp)];
    }

    private async Task<IReadOnlyList<EffectRecord>> EffectsAsync(ITenantDatabase database, List<string> ids, CancellationToken cancellationToken) =>
    [
        .. await InboxDoor.FindEffectsAsync(database, ids, clocks.Now(database.Tenant), cancellationToken),
        .. await EmailDoor.FindEffectsAsync(database, ids, cancellationToken),
        .. await MeetingDoor.FindEffectsAsync(database, ids, cancellationToken),
    ];

    /// <summary>Asked for one event alone: of many it would be noise.</summary>
    private static async Task<IReadOnlyList<KnownRule>> RulesAsync(ITenantDatabase database, TraceScope scope, CancellationToken cancellationToken) =>
        scope is { Kind: not TraceSubject.Lead, Works: [{ Event: { IsMatched: true, OnlyRuleId: null } state }] } && (state.Error is null || state.Runs.Count + state.Skipped.Count > 0)
            ? await RuleDoor.OfTriggerAsync(database, state.Trigger, TraceLimits.LookedUp, cancellationToken)
            : [];

    private async Task<IReadOnlyList<TraceWait>> WaitsAsync(TenantId tenant, TraceScope scope, TraceBudget budget, CancellationToken cancellationToken)
    {
        var unfinished = (from work in scope.Works
                          where work.Event is not null
                          from run in work.Event!.Runs
                          where run.FinishedAt is null && scope.Tells(run)
                          select (work, run)).ToList();
        if (unfinished.Count > WorkIds.MaxRuns)
        {
            budget.Leave(FormattableString.Invariant($"{unfinished.Count - WorkIds.MaxRuns} more runs wait for something."));
        }

        var waits = scope.Works.SelectMany(work => WorkWaits.Of(work, clocks.Now(tenant))).ToList();
        foreach (var (work, run) in unfinished.Take(WorkIds.MaxRuns))
        {
            var found = await why.ExplainAsync(tenant, work, run, cancellationToken);
            waits.Add(new TraceWait(run.Id, $"Run “{run.RuleName}”: {found.Sentence}", found.Until));
        }

        return waits;
    }
}
