using System.Text.Json;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Runs;

/// <summary>Lists a tenant's runs, the newest first.</summary>
internal static class ListRuns
{
    /// <summary>Runs are looked for among so many; what lies beyond is reached by narrowing the range.</summary>
    private const int LookedAtMost = 10_000;

    public static async Task<Results<Ok<Page<RunView>>, Failure>> HandleAsync(
        [AsParameters] Filter filter, PageRequest page, Caller caller, RunDoor runs, CancellationToken cancellationToken)
    {
        if (filter.Refusal() is { } refusal)
        {
            return refusal;
        }

        var found = new List<RunView>();
        var (looked, matched) = (0, 0);
        await foreach (var (work, run) in runs.WalkAsync(caller.Tenant, filter.OfEvents(page.Cursor), cancellationToken))
        {
            if (++looked > LookedAtMost)
            {
                break;
            }

            if (!filter.Takes(run) || string.CompareOrdinal(run.Id, page.Cursor ?? run.Id + "~") >= 0)
            {
                continue;
            }

            if (++matched > page.Skip && found.Count < page.Limit)
            {
                found.Add(runs.ViewOf(work, run));
            }
            else if (page.Cursor is not null && found.Count == page.Limit)
            {
                break;
            }
        }

        return TypedResults.Ok(new Page<RunView>(found, page)
        {
            Total = page.Cursor is null ? matched : null,
            TotalIsMore = looked > LookedAtMost,
            NextCursor = matched > page.Skip + found.Count ? found[^1].Id : null,
        });
    }

    internal readonly record struct Filter(string? Status, string? RuleId, string? LeadId, string? Trigger, string? Attention, HistoryRange Range)
    {
        public Failure? Refusal() =>
            !WireEnum.TryRead<RunStatus>(Status, "status", out _, out var refusal) ? refusal
            : Attention is not (null or "" or "true" or "false") ? new Failure(new ValidationErrors("attention", "must be true or false"))
            : new[] { RuleId, LeadId }.Any(id => id is { Length: > 0 } && !DocumentId.IsValid(id)) ? new Failure(Errors.InvalidId)
            : null;

        public bool Takes(Run run) =>
            (string.IsNullOrEmpty(Status) || string.Equals(JsonNamingPolicy.CamelCase.ConvertName(run.Status.ToString()), Status, StringComparison.Ordinal))
            && (string.IsNullOrEmpty(RuleId) || string.Equals(run.RuleId, RuleId, StringComparison.Ordinal))
            && (string.IsNullOrEmpty(Attention) || run.Attention == Attention is "true");

        /// <param name="cursor">The id of the last run that was shown; its event may have more.</param>
        public IEnumerable<Condition> OfEvents(string? cursor)
        {
            var conditions = Range.Conditions().ToList();
            if (LeadId is { Length: > 0 } lead)
            {
                conditions.Add(Condition.Eq("leadId", lead));
            }

            if (Trigger is { Length: > 0 } trigger)
            {
                conditions.Add(Condition.Eq("event.trigger", trigger));
            }

            if (cursor is not null)
            {
                conditions.Add(Condition.Lte("_id", cursor));
            }

            return conditions;
        }
    }
}
