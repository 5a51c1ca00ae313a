using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Limits;
using Ecodrix.Server.Observability;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Fires up to 1,000 events, each accepted on its own; one that is refused does not hold the others.</summary>
internal static class FireBatch
{
    public const string Path = "/api/saas/workflows/trigger/batch";

    public const int BodyBytes = 8 * 1024 * 1024;

    private const int Most = 1_000;

    /// <summary>How many leads' events are taken in at once.</summary>
    private const int Side = 64;

    /// <summary>What is asked beside the body.</summary>
    internal readonly record struct Request(Caller Caller, IdempotencyKey Key, TriggerAllowance Allowance);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(TriggerReader Reader, KeyedTriggers Triggers, ITenantClock Clocks);

    public static async Task<Results<Ok<IReadOnlyList<BatchItemView>>, Failure>> HandleAsync(
        JsonElement body, [AsParameters] Request asked, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty("events", out var events) || events.ValueKind is not JsonValueKind.Array)
        {
            return new Failure(new ValidationErrors("events", "must be a list"));
        }

        if (events.GetArrayLength() is 0 or > Most)
        {
            return new Failure(new ValidationErrors("events", $"must have 1 to {Most} events"));
        }

        var outcomes = new BatchItemView[events.GetArrayLength()];
        var granted = await asked.Allowance.TakeAsync(outcomes.Length, cancellationToken);
        var calls = Prepare(events, granted, asked, parts, outcomes);

        // Events of one lead are accepted one after the other, as they stand in the batch; those of different leads side by side.
        await Parallel.ForEachAsync(
            calls.GroupBy(item => item.Call.Identity),
            new ParallelOptions { MaxDegreeOfParallelism = Side, CancellationToken = cancellationToken },
            async (ofOneLead, token) =>
            {
                foreach (var (index, call) in ofOneLead)
                {
                    outcomes[index] = await TakeAsync(index, call, parts.Triggers, token);
                }
            });

        Array.ForEach(outcomes, outcome => ServerTelemetry.TriggerTaken(outcome.Code?.ToLowerInvariant() ?? (outcome.Data?.Replayed is true ? "replayed" : "accepted")));
        return TypedResults.Ok<IReadOnlyList<BatchItemView>>(outcomes);
    }

    /// <summary>Checks every item, and gives the good ones their ids in order.</summary>
    private static List<(int Index, TriggerCall Call)> Prepare(JsonElement events, int granted, Request asked, Parts parts, BatchItemView[] outcomes)
    {
        var now = parts.Clocks.Now(asked.Caller.Tenant);
        var calls = new List<(int Index, TriggerCall Call)>(outcomes.Length);
        foreach (var (index, item) in events.EnumerateArray().Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"events[{index}]");
            if (index >= granted)
            {
                outcomes[index] = BatchItemView.Refused(index, new Failure(Errors.RateLimited));
            }
            else if (item.ValueKind is not JsonValueKind.Object)
            {
                outcomes[index] = BatchItemView.Refused(index, new Failure(new ValidationErrors(at, "must be an object")));
            }
            else
            {
                var (request, refusal) = parts.Reader.Read(item, at, asked.Caller.Client.Region, now);
                if (refusal is not null)
                {
                    outcomes[index] = BatchItemView.Refused(index, refusal);
                }
                else
                {
                    calls.Add((index, ToCall(index, item, request!, asked, now)));
                }
            }
        }

        return calls;
    }

    private static TriggerCall ToCall(int index, JsonElement item, TriggerRequest request, Request asked, DateTimeOffset now)
    {
        var key = request.IdempotencyKey ?? (asked.Key.Value is { } ofAll ? string.Create(CultureInfo.InvariantCulture, $"{ofAll}:{index}") : null);
        var fingerprint = key is null ? "" : Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(item)));
        return new TriggerCall(asked.Caller, request, DocumentId.New(now), key, fingerprint)
        {
            Traceparent = Activity.Current?.Id,
            AwaitsMeet = false,
        };
    }

    private static async Task<BatchItemView> TakeAsync(int index, TriggerCall call, KeyedTriggers triggers, CancellationToken cancellationToken)
    {
        try
        {
            return await triggers.TakeAsync(call, Path, cancellationToken) switch
            {
                TriggerOutcome.Taken taken => BatchItemView.Taken(index, taken.View),
                TriggerOutcome.Refused refused => BatchItemView.Refused(index, refused.Failure),
                var other => throw new InvalidOperationException($"No rule for {other.GetType().Name}."),
            };
        }
        catch (DatabaseUnavailableException)
        {
            // The items before it stand; this one was not done, and its sender is told so.
            return BatchItemView.Refused(index, new Failure(Errors.DatabaseUnavailable));
        }
    }
}
