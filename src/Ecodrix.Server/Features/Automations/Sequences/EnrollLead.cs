using System.Text.Json;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations.Sequences;

/// <summary>Enrolls a lead in a sequence, whatever the sequence's trigger and condition.</summary>
internal static class EnrollLead
{
    public sealed record Request(string LeadId, string RuleId, JsonElement? Variables = null);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(RuleBook Book, LeadDoor Leads, IEventIntake Events);

    public static async Task<Results<Created<EnrollmentView>, Failure>> HandleAsync(
        Request request, Caller caller, IdempotentId id, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(request, caller, parts, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var enrollment = Enrollments.Of(id, caller.Database, request.LeadId, request.RuleId, request.Variables);
        var accepted = await parts.Events.AcceptAsync(enrollment, cancellationToken);
        return Enrollments.RunOf(accepted.Work) is { } run
            ? TypedResults.Created($"/api/saas/runs/{run.Id}", EnrollmentView.Of(accepted.Work, run))
            : new Failure(RuleErrors.AlreadyEnrolled);
    }

    private static async Task<Failure?> RefuseAsync(Request request, Caller caller, Parts parts, CancellationToken cancellationToken)
    {
        if (!DocumentId.IsValid(request.LeadId) || !DocumentId.IsValid(request.RuleId))
        {
            return new Failure(Errors.InvalidId);
        }

        if (request.Variables is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
        {
            return new Failure(new ValidationErrors("variables", "must be an object"));
        }

        await parts.Book.SettleTwinAsync(caller.Database, cancellationToken);
        var refusal = await caller.Database.Documents<Rule>().FindAsync(request.RuleId, cancellationToken) switch
        {
            null => RuleErrors.NotFound,
            { Content.IsSequence: false } => RuleErrors.NotASequence,
            { IsActive: false } => RuleErrors.Inactive,
            _ => null,
        };
        if (refusal is not null)
        {
            return new Failure(refusal);
        }

        return await parts.Leads.FindAsync(caller.Database, LeadIdentity.Of(request.LeadId), cancellationToken) is null
            ? new Failure(LeadErrors.NotFound)
            : null;
    }
}
