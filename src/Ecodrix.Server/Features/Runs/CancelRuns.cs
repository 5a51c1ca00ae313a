using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Ends every unfinished run that is of a rule, a lead or an event, or whose event agrees with a value.</summary>
internal static class CancelRuns
{
    private const string ValueRule = "must be text, a number, or true or false";

    /// <param name="Match">Goes with a trigger: which of its events.</param>
    public sealed record Request(string? RuleId = null, string? LeadId = null, string? EventLogId = null, string? Trigger = null, MatchRequest? Match = null);

    /// <param name="Path">Within the event: <c>data.appointmentId</c>, or <c>event.x</c> for a variable.</param>
    public sealed record MatchRequest(string Path, JsonElement Value);

    public static async Task<Results<Ok<CancelledView>, Failure>> HandleAsync(
        Request request, Caller caller, RunDoor runs, IWorkControl control, CancellationToken cancellationToken)
    {
        if (Refuse(request) is { } refusal)
        {
            return refusal;
        }

        var chosen = new List<(string EventId, string RunId)>();
        await foreach (var (work, run) in runs.WalkAsync(caller.Tenant, [RunDoor.Unfinished, .. OfEvents(request)], cancellationToken))
        {
            if (run.FinishedAt is null && (request.RuleId is null || string.Equals(run.RuleId, request.RuleId, StringComparison.Ordinal)))
            {
                chosen.Add((work.Id, run.Id));
            }
        }

        foreach (var (eventId, runId) in chosen)
        {
            await control.CancelAsync(caller.Tenant, eventId, runId, cancellationToken);
        }

        return TypedResults.Ok(new CancelledView(chosen.Count));
    }

    private static Failure? Refuse(Request request)
    {
        string?[] ids = [request.RuleId, request.LeadId, request.EventLogId];
        if (ids.Any(id => id is not null && !DocumentId.IsValid(id)))
        {
            return new Failure(Errors.InvalidId);
        }

        if (ids.All(id => id is null) && request.Match is null)
        {
            return new Failure(new ValidationErrors("ruleId", "or leadId, eventLogId, or trigger with match is required"));
        }

        if (request.Match is not { } match)
        {
            return null;
        }

        return request.Trigger is null ? new Failure(new ValidationErrors("trigger", "is required with match"))
            : Field(match.Path) is null ? new Failure(new ValidationErrors("match.path", "must begin with data. or event."))
            : match.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined ? new Failure(new ValidationErrors("match.value", ValueRule))
            : null;
    }

    private static IEnumerable<Condition> OfEvents(Request request)
    {
        if (request.LeadId is not null)
        {
            yield return Condition.Eq("leadId", request.LeadId);
        }

        if (request.EventLogId is not null)
        {
            yield return Condition.Eq("_id", request.EventLogId);
        }

        if (request.Trigger is not null)
        {
            yield return Condition.Eq("event.trigger", request.Trigger);
        }

        if (request.Match is { } match)
        {
            yield return Condition.Eq(Field(match.Path)!, JsonValue.Create(match.Value));
        }
    }

    /// <summary>Where the path of templates and conditions lies in the document.</summary>
    private static string? Field(string path) => path.Split('.', 2) switch
    {
        ["data", { Length: > 0 } rest] => $"event.data.{rest}",
        ["event" or "vars", { Length: > 0 } rest] => $"event.variables.{rest}",
        _ => null,
    };
}
