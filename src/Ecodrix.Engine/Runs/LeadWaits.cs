using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Runs;

/// <summary>Brings together steps that wait for an event and the events they wait for, whichever comes first.</summary>
/// <remarks>A wait registers, then looks for what is already there; an event is durable, then looks for waits. So one of the two sees the other.</remarks>
internal sealed class LeadWaits(IServicesDatabase services, WorkPatch patch, IRuleBook rules, ISubjects subjects, ITenantClock clocks)
{
    private const int PageSize = 200;

    private readonly IDocuments<LeadWait> waits = services.Documents<LeadWait>();
    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    /// <returns>The event that was there already; null when it is still to come.</returns>
    public async Task<JsonElement?> RegisterAsync(HeldWork held, Place.InRun at, RuleDefinition rule, StepOutcome.WaitForEvent outcome, CancellationToken cancellationToken)
    {
        var waiting = held.Current;
        if (waiting.LeadId is not { } lead)
        {
            return null;
        }

        var run = waiting.Event!.Runs[at.Run];
        var wait = new LeadWait
        {
            Id = WorkIds.Step(waiting.Id, at.Run, at.Step),
            Tenant = waiting.Tenant,
            LeadId = lead,
            Trigger = outcome.Trigger,
            WorkId = waiting.Id,
            RunId = run.Id,
            Step = at.Step,
            Since = run.Since(at.Step),
            Match = outcome.Match,
        };
        await waits.TryAddAsync(wait, cancellationToken);
        var subject = held.Subject ??= await subjects.LoadAsync(held.Database!, lead, cancellationToken);
        return await EarlierAsync(wait, waiting, rule, subject, cancellationToken);
    }

    public Task RemoveAsync(string workId, int run, int step, CancellationToken cancellationToken) =>
        waits.DeleteAsync(WorkIds.Step(workId, run, step), cancellationToken);

    /// <summary>Tells the waits of the event's lead that it has come. Doing it again changes nothing.</summary>
    public async Task WakeAsync(HeldWork held, CancellationToken cancellationToken)
    {
        var arrived = held.Current;
        if (arrived.LeadId is null)
        {
            return;
        }

        var subject = held.Subject ??= await subjects.LoadAsync(held.Database!, arrived.LeadId, cancellationToken);
        var from = string.Empty;
        while (true)
        {
            var page = await waits.QueryAsync(
                new DocumentQuery(
                    new Condition.All(Condition.Eq("tenant", arrived.Tenant), Condition.Eq("leadId", arrived.LeadId), Condition.Gt("_id", from)),
                    PageSize),
                cancellationToken);
            foreach (var wait in page.Where(wait => string.Equals(wait.Trigger, arrived.Event!.Trigger, StringComparison.Ordinal)))
            {
                await WakeAsync(wait, arrived, held.Database!, subject, cancellationToken);
            }

            if (page.Count < PageSize)
            {
                return;
            }

            from = page[^1].Id;
        }
    }

    private async Task WakeAsync(LeadWait wait, WorkItem arrived, ITenantDatabase database, Subject subject, CancellationToken cancellationToken)
    {
        var waiting = await work.FindAsync(wait.WorkId, cancellationToken);
        var run = waiting?.Event?.Runs.FirstOrDefault(one => string.Equals(one.Id, wait.RunId, StringComparison.Ordinal));
        if (waiting is null || run is null || run.HasEnded() || run.Steps[wait.Step].IsSettled())
        {
            await waits.DeleteAsync(wait.Id, cancellationToken);
            return;
        }

        if (await rules.FindAsync(database, run.RuleId, run.RuleVersion, cancellationToken) is { } rule
            && Meets(wait, waiting, rule, arrived, subject))
        {
            await patch.AskAsync(wait.Tenant, wait.WorkId, new Signal(SignalKind.Received, wait.RunId, arrived.Id, wait.Step, ContentOf(arrived)), cancellationToken);
        }
    }

    private async Task<JsonElement?> EarlierAsync(LeadWait wait, WorkItem waiting, RuleDefinition rule, Subject subject, CancellationToken cancellationToken)
    {
        var from = DocumentId.LowerBound(wait.Since);
        while (true)
        {
            var page = await work.QueryAsync(
                new DocumentQuery(
                    new Condition.All(Condition.Eq("tenant", wait.Tenant), Condition.Eq("leadId", wait.LeadId), Condition.Gt("_id", from)),
                    PageSize),
                cancellationToken);
            if (page.FirstOrDefault(other => Meets(wait, waiting, rule, other, subject)) is { } found)
            {
                return ContentOf(found);
            }

            if (page.Count < PageSize)
            {
                return null;
            }

            from = page[^1].Id;
        }
    }

    private bool Meets(LeadWait wait, WorkItem waiting, RuleDefinition rule, WorkItem other, Subject subject)
    {
        if (other is not { Event: { IsMatched: true } arrived }
            || !string.Equals(arrived.Trigger, wait.Trigger, StringComparison.Ordinal)
            || string.Equals(other.Id, waiting.Id, StringComparison.Ordinal)
            || other.CreatedAt < wait.Since)
        {
            return false;
        }

        var run = waiting.Event!.Runs.First(one => string.Equals(one.Id, wait.RunId, StringComparison.Ordinal));
        if (Signals.Heard(run, other.Id))
        {
            return false;
        }

        var facts = new EventFacts(arrived.Trigger, () => Scopes.Of(arrived, run, subject), clocks.Now(wait.Tenant));
        return rule.Steps[wait.Step].Condition?.IsMetBy(facts.Field, facts.Now) is not false
            && (wait.Match is null || Agreement.On(wait.Match, facts.Scope, Scopes.Of(waiting.Event, run, subject)));
    }

    private static JsonElement ContentOf(WorkItem arrived) => JsonSerializer.SerializeToElement(
        new JsonObject
        {
            ["id"] = arrived.Id,
            ["trigger"] = arrived.Event!.Trigger,
            ["at"] = Instants.Write(arrived.CreatedAt),
            ["variables"] = Node(arrived.Event.Variables),
            ["data"] = Node(arrived.Event.Data),
        },
        EngineJson.Default.JsonObject);

    private static JsonObject Node(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } found ? JsonObject.Create(found)! : [];
}
