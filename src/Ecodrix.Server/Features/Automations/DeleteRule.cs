using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Deletes a rule. Runs that it started go on.</summary>
internal static class DeleteRule
{
    public static async Task<Results<Ok<DeleteRules.Answer>, Failure>> HandleAsync(
        Id ruleId, Caller caller, RuleStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(caller.Database, [ruleId], cancellationToken) == 1
            ? TypedResults.Ok(new DeleteRules.Answer(1))
            : new Failure(RuleErrors.NotFound);
}
