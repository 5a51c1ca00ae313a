using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>Lists what happened with a lead, newest first.</summary>
internal static class ListTimeline
{
    public static async Task<Results<Ok<Page<TimelineView>>, Failure>> HandleAsync(
        Id id, string? kind, PageRequest page, Caller caller, LeadDoor leads, CancellationToken cancellationToken)
    {
        TimelineKind? wanted = Enum.TryParse<TimelineKind>(kind, ignoreCase: true, out var parsed) && !char.IsAsciiDigit(kind[0]) ? parsed : null;
        if (kind is { Length: > 0 } && wanted is null)
        {
            return new Failure(new ValidationErrors("kind", "must be activity, note, message, email, meeting, run or callback"));
        }

        if (page.Cursor is not null && !DocumentId.IsValid(page.Cursor))
        {
            return new Failure(new ValidationErrors("cursor", "is not a cursor of this list"));
        }

        if (await leads.FindAsync(caller.Database, LeadIdentity.Of(id), cancellationToken) is null)
        {
            return new Failure(LeadErrors.NotFound);
        }

        return TypedResults.Ok(await ReadAsync(caller.Database, WhereOf(id, wanted), page, cancellationToken));
    }

    private static List<Condition> WhereOf(string leadId, TimelineKind? kind)
    {
        List<Condition> where = [Condition.Eq("leadId", leadId)];
        if (kind is { } one)
        {
            where.Add(Condition.Eq("kind", one.ToString().ToLowerInvariant()));
        }

        return where;
    }

    private static async Task<Page<TimelineView>> ReadAsync(
        ITenantDatabase database, List<Condition> where, PageRequest page, CancellationToken cancellationToken)
    {
        var entries = database.Documents<TimelineEntry>();
        int? counted = null;
        if (page.Cursor is null)
        {
            counted = await entries.CountAsync(new Condition.All([.. where]), Page<TimelineView>.CountedAtMost + 1, cancellationToken);
        }
        else
        {
            where.Add(Condition.Lt("_id", page.Cursor));
        }

        var query = new DocumentQuery(new Condition.All([.. where]), page.Limit + 1) { Sort = [new Sort("_id", Descending: true)], Skip = page.Skip };
        var found = await entries.QueryAsync(query, cancellationToken);
        List<TimelineView> shown = [.. found.Take(page.Limit).Select(TimelineView.Of)];
        var answer = new Page<TimelineView>(shown, page) { NextCursor = found.Count > page.Limit ? shown[^1].Id : null };
        return counted is { } total ? answer.Of(total) : answer;
    }
}
