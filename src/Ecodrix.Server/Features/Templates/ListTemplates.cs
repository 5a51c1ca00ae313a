using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Templates;

/// <summary>Lists the templates by name.</summary>
internal static class ListTemplates
{
    public static async Task<Ok<Page<TemplateView>>> HandleAsync(
        [AsParameters] Filter filter, PageRequest page, Caller caller, CancellationToken cancellationToken)
    {
        var templates = caller.Database.Documents<Template>();
        var where = filter.ToCondition();
        var query = new DocumentQuery(where, page.Limit) { Sort = [new Sort("name"), new Sort("language")], Skip = page.Skip };
        var found = await templates.QueryAsync(query, cancellationToken);
        var counted = await templates.CountAsync(where, Page<TemplateView>.CountedAtMost + 1, cancellationToken);

        return TypedResults.Ok(new Page<TemplateView>([.. found.Select(TemplateView.Of)], page).Of(counted));
    }

    /// <param name="Status">In any case: <c>approved</c>, <c>deleted</c>.</param>
    /// <param name="Category">In any case: <c>utility</c>.</param>
    /// <param name="Search">Part of a name.</param>
    internal readonly record struct Filter(string? Status, string? Category, string? Search)
    {
        public Condition ToCondition()
        {
            var conditions = new List<Condition>();
            if (!string.IsNullOrEmpty(Status))
            {
                conditions.Add(Condition.Eq("status", Status.ToLowerInvariant()));
            }

            if (!string.IsNullOrEmpty(Category))
            {
                conditions.Add(Condition.Eq("category", Category.ToLowerInvariant()));
            }

            if (!string.IsNullOrEmpty(Search))
            {
                conditions.Add(new Condition.Compare("name", Operator.ContainsCi, Search));
            }

            return new Condition.All(conditions);
        }
    }
}
