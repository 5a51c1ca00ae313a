using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Lists a tenant's rules, the newest first.</summary>
internal static class ListRules
{
    public static async Task<Ok<Page<RuleView>>> HandleAsync(
        [AsParameters] Filter filter, PageRequest page, Caller caller, RuleBook book, CancellationToken cancellationToken)
    {
        await book.SettleTwinAsync(caller.Database, cancellationToken);

        var rules = caller.Database.Documents<Rule>();
        var where = filter.ToCondition();
        var query = new DocumentQuery(where, page.Limit) { Sort = [new Sort("_id", Descending: true)], Skip = page.Skip };
        var found = await rules.QueryAsync(query, cancellationToken);
        var counted = await rules.CountAsync(where, Page<RuleView>.CountedAtMost + 1, cancellationToken);

        return TypedResults.Ok(new Page<RuleView>([.. found.Select(RuleView.Of)], page).Of(counted));
    }

    /// <param name="Search">Part of a name, in any case.</param>
    internal readonly record struct Filter(string? Trigger, bool? IsActive, bool? IsSequence, string? Search)
    {
        public Condition ToCondition()
        {
            var conditions = new List<Condition>();
            if (!string.IsNullOrEmpty(Trigger))
            {
                conditions.Add(Condition.Eq("content.trigger", Trigger));
            }

            if (IsActive is { } active)
            {
                conditions.Add(Condition.Eq("isActive", active));
            }

            if (IsSequence is { } sequence)
            {
                conditions.Add(Condition.Eq("content.isSequence", sequence));
            }

            if (!string.IsNullOrEmpty(Search))
            {
                conditions.Add(new Condition.Compare("content.name", Operator.ContainsCi, Search));
            }

            return new Condition.All(conditions);
        }
    }
}
