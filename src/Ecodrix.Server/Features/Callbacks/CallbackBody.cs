using System.Text;
using System.Text.Json;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>What a callback says: every key always there, null when empty, at most 64 KiB, and as JavaScript itself would write it.</summary>
internal static class CallbackBody
{
    private const int MostRuns = 50;

    private const int MostBytes = 64 * 1024;

    private static readonly JsonBounds Bounds = new(MostBytes, MaxDepth: 64);

    /// <summary>The report of an event.</summary>
    public static string Report(WorkItem work, DateTimeOffset now)
    {
        var runs = Math.Min(MostRuns, work.Event!.Runs.Count);
        while (true)
        {
            var written = Write(work, now, runs).Written;
            if (written.Length <= MostBytes || runs == 0)
            {
                return Encoding.UTF8.GetString(written.Span);
            }

            // Long names can pass the limit; the total still says how many there are.
            runs /= 2;
        }
    }

    /// <summary>What a callback action sends of its own.</summary>
    /// <returns>Null with the reason when JavaScript would not give it back as it is.</returns>
    public static (string? Body, string? Problem) OfPayload(JsonElement payload)
    {
        var (json, problem) = JavaScriptJson.Canonicalise(payload, "payload", Bounds);
        return (json?.ToString(), problem is null ? null : $"{problem.Path} {problem.Why}");
    }

    private static JavaScriptWriter Write(WorkItem work, DateTimeOffset now, int runs)
    {
        var state = work.Event!;
        var tenant = TenantId.Parse(work.Tenant);
        var json = new JavaScriptWriter().StartObject()
            .Property("eventId", work.Id)
            .Property("eventLogId", work.Id)
            .Property("mode", tenant.Mode)
            .Property("trigger", state.Trigger)
            .Property("status", state.Error is not null || state.Runs.Any(run => run.Status is RunStatus.Failed) ? "failed" : "completed")
            .Property("clientCode", tenant.Code)
            .Property("leadId", work.LeadId)
            .Property("meetLink", MeetLinkOf(state))
            .Property("rulesMatched", state.RulesMatched)
            .Name("runs").StartArray();
        foreach (var run in state.Runs.Take(runs))
        {
            json.StartObject()
                .Property("runId", run.Id)
                .Property("ruleName", run.RuleName)
                .Property("status", JsonNamingPolicy.CamelCase.ConvertName(run.Status.ToString()))
                .EndObject();
        }

        json.EndArray()
            .Property("runsTotal", state.Runs.Count)
            .Property("error", state.Error)
            .Name("metadata");
        return Metadata(json, work.Callback?.Metadata)
            .Property("timestamp", Instants.Write(now))
            .EndObject();
    }

    private static JavaScriptWriter Metadata(JavaScriptWriter json, string? stored) =>
        stored is null ? json.Null() : json.Value(JavaScriptJson.Stored(Encoding.UTF8.GetBytes(stored)));

    private static string? MeetLinkOf(EventState state) =>
        state.Prelude?.Step.Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("meetLink", out var link)
        && link.ValueKind is JsonValueKind.String
            ? link.GetString()
            : null;
}
