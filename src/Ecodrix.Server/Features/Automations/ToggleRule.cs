using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Switches a rule on or off. Runs that it started go on.</summary>
internal static class ToggleRule
{
    public static async Task<Results<Ok<RuleView>, Failure>> HandleAsync(Id ruleId, Caller caller, RuleStore store, CancellationToken cancellationToken)
    {
        var written = await store.ChangeAsync(caller.Database, ruleId, _ => (null, null), cancellationToken);
        return written.Rule is { } rule ? TypedResults.Ok(RuleView.Of(rule)) : written.ToFailure();
    }
}
