using System.Diagnostics;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Fires a named event: finds or makes the lead, matches the tenant's rules, starts a run for each.</summary>
internal static class FireTrigger
{
    public const string Path = "/api/saas/workflows/trigger";

    public static async Task<Results<Ok<TriggerView>, Accepted<TriggerView>, Failure>> HandleAsync(
        JsonElement body, [AsParameters] Request asked, [AsParameters] Parts parts, HttpResponse response, CancellationToken cancellationToken)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return new Failure(new ValidationErrors("", "must be an object"));
        }

        var now = parts.Clocks.Now(asked.Caller.Tenant);
        var (request, refusal) = parts.Reader.Read(body, at: "", asked.Caller.Client.Region, now);
        if (refusal is not null)
        {
            return refusal;
        }

        var (key, differs) = KeyOf(asked.Key, request!);
        if (differs is not null)
        {
            return differs;
        }

        var fingerprint = key is null ? "" : asked.Key.Fingerprint();
        var call = new TriggerCall(asked.Caller, request!, DocumentId.New(now), key, fingerprint) { Traceparent = Activity.Current?.Id };
        if (asked.DryRun is true)
        {
            return await parts.Rehearsal.TakeAsync(call, cancellationToken) switch
            {
                TriggerOutcome.Taken rehearsed => TypedResults.Ok(rehearsed.View),
                TriggerOutcome.Refused refused => refused.Failure,
                var other => throw new InvalidOperationException($"No rule for {other.GetType().Name}."),
            };
        }

        return Answer(await parts.Triggers.TakeAsync(call, Path, cancellationToken), response);
    }

    /// <summary>The header and the body mean the same; both may be given when they agree.</summary>
    private static (string? Key, Failure? Refusal) KeyOf(IdempotencyKey header, TriggerRequest request) =>
        header.Value is not null && request.IdempotencyKey is not null && !string.Equals(header.Value, request.IdempotencyKey, StringComparison.Ordinal)
            ? (null, new Failure(EventErrors.KeysDiffer, new ValidationErrors("idempotencyKey", "differs from the Idempotency-Key header")))
            : (header.Value ?? request.IdempotencyKey, null);

    private static Results<Ok<TriggerView>, Accepted<TriggerView>, Failure> Answer(TriggerOutcome outcome, HttpResponse response)
    {
        if (outcome is TriggerOutcome.Refused refused)
        {
            return refused.Failure;
        }

        var view = ((TriggerOutcome.Taken)outcome).View;
        if (view.Replayed)
        {
            response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        }

        return view.IsToCome ? TypedResults.Accepted((string?)null, view) : TypedResults.Ok(view);
    }

    /// <summary>What is asked beside the body.</summary>
    /// <param name="DryRun">Match and explain, and change nothing.</param>
    internal readonly record struct Request(Caller Caller, IdempotencyKey Key, bool? DryRun);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(TriggerReader Reader, KeyedTriggers Triggers, DryRun Rehearsal, ITenantClock Clocks);
}
