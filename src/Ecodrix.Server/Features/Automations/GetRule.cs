using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Reads a rule.</summary>
internal static class GetRule
{
    public static async Task<Results<Ok<RuleView>, Failure>> HandleAsync(Id ruleId, Caller caller, RuleBook book, CancellationToken cancellationToken)
    {
        await book.SettleTwinAsync(caller.Database, cancellationToken);

        return await caller.Database.Documents<Rule>().FindAsync(ruleId, cancellationToken) is { } rule
            ? TypedResults.Ok(RuleView.Of(rule))
            : new Failure(RuleErrors.NotFound);
    }
}
