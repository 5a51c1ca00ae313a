using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Deletes several rules at once; those that do not exist are passed over.</summary>
internal static class DeleteRules
{
    private const int Most = 500;

    public sealed record Request(IReadOnlyList<string> Ids);

    /// <param name="Deleted">How many were there.</param>
    public sealed record Answer(int Deleted);

    public static async Task<Results<Ok<Answer>, Failure>> HandleAsync(
        [FromBody] Request request, Caller caller, RuleStore store, CancellationToken cancellationToken)
    {
        if (request.Ids.Count is 0 or > Most)
        {
            return new Failure(new ValidationErrors("ids", $"must name 1 to {Most} rules"));
        }

        if (request.Ids.Any(id => !DocumentId.IsValid(id)))
        {
            return new Failure(Errors.InvalidId);
        }

        return TypedResults.Ok(new Answer(await store.DeleteAsync(caller.Database, request.Ids.Distinct(StringComparer.Ordinal), cancellationToken)));
    }
}
