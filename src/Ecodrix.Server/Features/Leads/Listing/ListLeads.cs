using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Lists leads. Archived ones only when they are asked for.</summary>
internal sealed class ListLeads(PipelineDoor pipelines, ITenantClock clocks)
{
    public static Task<Results<Ok<Page<LeadView>>, Failure>> HandleAsync(
        LeadQuery query, PageRequest page, Caller caller, ListLeads list, CancellationToken cancellationToken) =>
        list.ListAsync(query, page, caller.Database, cancellationToken);

    private async Task<Results<Ok<Page<LeadView>>, Failure>> ListAsync(
        LeadQuery query, PageRequest page, ITenantDatabase database, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadAsync(database, cancellationToken);
        List<Condition> where = [.. query.Plain];
        if (query.Filter is not null)
        {
            where.Add(LeadFilter.OfStored(query.Filter, book, clocks.Now(database.Tenant)));
        }

        var leads = database.Documents<Lead>();
        int? counted = null;
        if (page.Cursor is null)
        {
            counted = await leads.CountAsync(new Condition.All([.. where]), Page<LeadView>.CountedAtMost + 1, cancellationToken);
        }
        else if (query.Order.TryContinue(page.Cursor, out var after))
        {
            where.Add(after!);
        }
        else
        {
            return new Failure(new ValidationErrors("cursor", "is not a cursor of this list"));
        }

        var found = await leads.QueryAsync(
            new DocumentQuery(new Condition.All([.. where]), page.Limit + 1) { Sort = query.Order.Sorts, Skip = page.Skip }, cancellationToken);
        List<Lead> shown = [.. found.Take(page.Limit)];
        var answer = new Page<LeadView>([.. shown.Select(lead => LeadView.Of(lead, book))], page)
        {
            NextCursor = found.Count > page.Limit ? query.Order.CursorAfter(shown[^1]) : null,
        };
        return TypedResults.Ok(counted is { } total ? answer.Of(total) : answer);
    }
}
