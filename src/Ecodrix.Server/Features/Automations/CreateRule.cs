using System.Text.Json;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Creates a rule.</summary>
internal static class CreateRule
{
    public static async Task<Results<Created<RuleView>, Failure>> HandleAsync(
        JsonElement body, Caller caller, IdempotentId id, RuleCompiler compiler, RuleStore store, CancellationToken cancellationToken)
    {
        var (draft, refusal) = compiler.Read(body);
        if (refusal is not null)
        {
            return refusal;
        }

        var written = await store.AddAsync(caller.Database, id, draft!, cancellationToken);
        return written.Rule is { } rule
            ? TypedResults.Created($"/api/crm/automations/{rule.Id}", RuleView.Of(rule))
            : written.ToFailure();
    }
}
