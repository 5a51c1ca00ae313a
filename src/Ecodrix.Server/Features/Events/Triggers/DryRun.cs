using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Says what a trigger would do, and changes nothing: no lead, no event, no key (<c>15-semantics</c>, "dryRun").</summary>
internal sealed class DryRun(LeadDoor leads, IEventIntake events, TriggerIntake intake, RuleDoor rules, ITenantClock clocks)
{
    public async Task<TriggerOutcome> TakeAsync(TriggerCall call, CancellationToken cancellationToken)
    {
        var (caller, request) = (call.Caller, call.Request);
        var seed = request.CreateLeadIfMissing ? new NewLead(request.Lead.Fields) : null;
        if (await leads.WouldBeAsync(caller.Database, call.Identity, seed, cancellationToken) is not { } found)
        {
            return new TriggerOutcome.Refused(new Failure(EventErrors.LeadNotFound));
        }

        var subject = await leads.SubjectOfAsync(caller.Database, found.Lead, caller.Client, cancellationToken);
        var played = intake.ToEvent(call, found.Lead.Id) with { Subject = subject };
        var matching = request.Due is DueDecision.Missed ? new Matching([], []) : await events.MatchAsync(played, cancellationToken);

        var runs = new List<StartedRunView>();
        foreach (var rule in matching.Matched)
        {
            var steps = await rules.RehearseAsync(rule, played, subject, clocks.Now(call.Caller.Tenant), cancellationToken);
            runs.Add(new StartedRunView(null, rule.Id, rule.Name) { Steps = steps });
        }

        return new TriggerOutcome.Taken(new TriggerView
        {
            Trigger = request.Who.Trigger,
            LeadId = found.WasMade ? null : found.Lead.Id,
            RulesMatched = matching.Matched.Count,
            Scheduled = played.RunAt is not null,
            RunAt = played.RunAt,
            Mode = caller.Tenant.Mode,
            Runs = runs,
            Skipped = matching.Skipped,
            Warnings = call.Warnings,
        });
    }
}
