using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Matches a rule for a lead and renders its every action; sends nothing.</summary>
internal static class TestRule
{
    public sealed record Request(string LeadId, JsonElement? Variables = null, JsonElement? Data = null);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(RuleBook Book, LeadDoor Leads, Rehearsal Rehearsal, IEventIntake Events, ITenantClock Clocks);

    public static async Task<Results<Ok<RuleTestView>, Failure>> HandleAsync(
        Id ruleId, Request request, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (Refuse(request) is { } refusal)
        {
            return refusal;
        }

        await parts.Book.SettleTwinAsync(caller.Database, cancellationToken);
        if (await parts.Book.FindAsync(caller.Database, ruleId, version: null, cancellationToken) is not { } rule)
        {
            return new Failure(RuleErrors.NotFound);
        }

        if (await parts.Leads.FindAsync(caller.Database, LeadIdentity.Of(request.LeadId), cancellationToken) is not { } lead)
        {
            return new Failure(LeadErrors.NotFound);
        }

        var now = parts.Clocks.Now(caller.Tenant);
        var subject = await parts.Leads.SubjectOfAsync(caller.Database, lead, caller.Client, cancellationToken);
        var played = new NewEvent
        {
            Id = DocumentId.New(now),
            Database = caller.Database,
            Trigger = rule.Trigger,
            LeadId = lead.Id,
            Phone = lead.Phone,
            Email = lead.Email,
            Variables = request.Variables,
            Data = request.Data,
            Subject = subject,
        };

        var reason = RuleMatcher.WhyNot(rule, new EventFacts(rule.Trigger, () => RehearsalScope.Of(played, subject), now))
            ?? await parts.Events.WhyHeldBackAsync(played, rule, cancellationToken);
        var steps = await parts.Rehearsal.PlayAsync(rule, played, subject, now, cancellationToken);
        return TypedResults.Ok(new RuleTestView(reason is null, reason, steps));
    }

    private static Failure? Refuse(Request request)
    {
        if (!DocumentId.IsValid(request.LeadId))
        {
            return new Failure(Errors.InvalidId);
        }

        var errors = new ValidationErrors();
        foreach (var (name, payload) in new[] { ("variables", request.Variables), ("data", request.Data) })
        {
            if (payload is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            {
                errors.Add(name, "must be an object");
            }
        }

        return errors.Any ? new Failure(errors) : null;
    }
}

/// <summary>What a rule would do for a lead.</summary>
/// <param name="Reason">Why it would not start; null when it would.</param>
/// <param name="Steps">What each step would do if it did.</param>
internal sealed record RuleTestView(bool Matches, string? Reason, IReadOnlyList<RehearsedStep> Steps);
