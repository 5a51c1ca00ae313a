using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Says what a person found out about a step of which nobody knew whether it did its work.</summary>
internal static class ResolveStep
{
    private const string AsRule = "must be one of sent, failed, resend";

    /// <param name="As"><c>sent</c>, <c>failed</c>, or <c>resend</c>: attempt it afresh, though it may then happen twice.</param>
    public sealed record Request(string As);

    public static async Task<Results<Ok<RunView>, Failure>> HandleAsync(
        Id runId, int index, Request request, Caller caller, Actor actor, StepResolution resolution, CancellationToken cancellationToken)
    {
        if (VerdictOf(request.As) is not { } verdict)
        {
            return new Failure(new ValidationErrors("as", AsRule));
        }

        var (run, refusal) = await resolution.ResolveAsync(caller, new StepPlace(runId, index), verdict, cancellationToken);
        if (run is null)
        {
            return new Failure(refusal!);
        }

        await resolution.AuditAsync(actor, caller, new StepPlace(runId, index), request.As, cancellationToken);
        return TypedResults.Ok(run);
    }

    private static Verdict? VerdictOf(string text) => text switch
    {
        "sent" => new Verdict(VerdictKind.Sent),
        "failed" => new Verdict(VerdictKind.Failed) { Code = "NOT_SENT", Why = "A person found that it was not sent." },
        "resend" => new Verdict(VerdictKind.Resend),
        _ => null,
    };
}

/// <summary>Settles a step whose outcome is unknown, and lets what is kept of its effect show it.</summary>
internal sealed class StepResolution(RunDoor runs, IWorkControl control, IEnumerable<IEffectRecord> records, AuditDoor audit)
{
    /// <returns>The run as it stands then; or why not.</returns>
    public async Task<(RunView? Run, Error? Refusal)> ResolveAsync(Caller caller, StepPlace place, Verdict verdict, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(caller.Tenant, place.RunId, cancellationToken) is not { } run || run.Steps.ElementAtOrDefault(place.Index) is not { } step)
        {
            return (null, RunErrors.StepNotFound);
        }

        if (step.Status is not StepStatus.Unknown)
        {
            return (null, RunErrors.NotUnknown);
        }

        if (verdict.Kind is VerdictKind.Resend && run.Status is RunStatus.Cancelled)
        {
            return (null, RunErrors.Finished);
        }

        // The record first: a repeat that begins at once must find it fresh.
        if (WorkIds.StepOf(place.RunId, place.Index) is { } effectId && records.FirstOrDefault(record => string.Equals(record.StepType, step.Type, StringComparison.Ordinal)) is { } kept)
        {
            await kept.ResolveAsync(caller.Database, effectId, verdict, cancellationToken);
        }

        var asked = await control.ResolveAsync(caller.Tenant, WorkIds.EventOf(place.RunId), place, verdict, cancellationToken);
        if (asked is null || runs.FindIn(asked.Work, place.RunId) is not { } after)
        {
            return (null, RunErrors.NotFound);
        }

        return asked.IsRefused ? (null, RunErrors.InSequence) : (after, null);
    }

    public Task AuditAsync(Actor actor, Caller caller, StepPlace place, string verdict, CancellationToken cancellationToken) =>
        audit.WriteAsync(
            actor,
            "step.resolved",
            caller.Tenant,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["runId"] = place.RunId, ["step"] = $"{place.Index}", ["as"] = verdict, ["mode"] = caller.Tenant.Mode },
            cancellationToken);
}
