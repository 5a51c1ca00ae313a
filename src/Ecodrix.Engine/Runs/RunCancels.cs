using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Runs;

/// <summary>Ends runs by the events that their rule names in <c>cancelOn</c>.</summary>
/// <remarks>
/// A run's mark is durable before the run is, and an event is durable before it looks for marks. So an event that finds no
/// mark, or a mark whose run is not there yet, was accepted before that run, and must not end it; any later one finds both.
/// </remarks>
internal sealed class RunCancels(IServicesDatabase services, WorkPatch patch, IRuleBook rules, ISubjects subjects, ITenantClock clocks)
{
    private const int PageSize = 200;

    private readonly IDocuments<CancelMark> marks = services.Documents<CancelMark>();
    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    /// <summary>Ends the runs of the event's lead that it is meant to end. Doing it again changes nothing.</summary>
    public async Task EndAsync(HeldWork held, CancellationToken cancellationToken)
    {
        var arrived = held.Current;
        var from = string.Empty;
        while (arrived.LeadId is not null)
        {
            var page = await marks.QueryAsync(
                new DocumentQuery(
                    new Condition.All(Condition.Eq("tenant", arrived.Tenant), Condition.Eq("leadId", arrived.LeadId), Condition.Gt("_id", from)),
                    PageSize),
                cancellationToken);
            foreach (var mark in page.Where(mark => CanEnd(mark, arrived)))
            {
                await FollowAsync(mark, held, cancellationToken);
            }

            if (page.Count < PageSize)
            {
                return;
            }

            from = page[^1].Id;
        }
    }

    /// <summary>Whether the event comes after the run and has one of its triggers. Pure.</summary>
    public static bool CanEnd(CancelMark mark, WorkItem arrived) =>
        mark.Triggers.Contains(arrived.Event!.Trigger, StringComparer.Ordinal)
        && !string.Equals(mark.WorkId, arrived.Id, StringComparison.Ordinal)
        && (arrived.CreatedAt > mark.Since || (arrived.CreatedAt == mark.Since && string.CompareOrdinal(arrived.Id, mark.WorkId) > 0));

    private async Task FollowAsync(CancelMark mark, HeldWork held, CancellationToken cancellationToken)
    {
        var found = await work.FindAsync(mark.WorkId, cancellationToken);
        var run = found?.Event?.Runs.FirstOrDefault(one => string.Equals(one.Id, mark.Id, StringComparison.Ordinal));
        if (found is null || run is null || (run.HasEnded() && !IsRetried(found, run)))
        {
            // A run that is not there may be about to be written; one that never came is forgotten.
            if (run is not null || clocks.Now(mark.Tenant) - mark.Since > Claims.Grace)
            {
                await marks.DeleteAsync(mark.Id, cancellationToken);
            }

            return;
        }

        var arrived = held.Current;
        var subject = held.Subject ??= await subjects.LoadAsync(held.Database!, arrived.LeadId, cancellationToken);
        if (await rules.FindAsync(held.Database!, run.RuleId, run.RuleVersion, cancellationToken) is { } rule && Ends(rule, run, found, arrived, subject))
        {
            var why = $"cancelOn: {arrived.Event!.Trigger} came";
            await patch.AskAsync(mark.Tenant, mark.WorkId, new Signal(SignalKind.Cancel, run.Id, Why: why), cancellationToken);
        }
    }

    // Its holder has yet to take in that it goes on.
    private static bool IsRetried(WorkItem found, Run run) =>
        found.Signals.Any(signal => Signals.GoesOn(signal) && (signal.RunId is null || string.Equals(signal.RunId, run.Id, StringComparison.Ordinal)));

    private bool Ends(RuleDefinition rule, Run run, WorkItem of, WorkItem arrived, Subject subject)
    {
        var facts = new EventFacts(arrived.Event!.Trigger, () => Scopes.Of(arrived.Event, run, subject), clocks.Now(of.Tenant));
        return rule.CancelOn.Any(one =>
            string.Equals(one.Trigger, facts.Trigger, StringComparison.Ordinal)
            && one.Condition?.IsMetBy(facts.Field, facts.Now) is not false
            && (one.Match is null || Agreement.On(one.Match, facts.Scope, Scopes.Of(of.Event!, run, subject))));
    }
}
