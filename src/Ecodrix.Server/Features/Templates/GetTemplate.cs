using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Templates;

/// <summary>A template by its name, in every language it has.</summary>
internal static class GetTemplate
{
    private const int MostLanguages = 100;

    public static async Task<Results<Ok<IReadOnlyList<TemplateView>>, Failure>> HandleAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(Condition.Eq("name", name), MostLanguages) { Sort = [new Sort("language")] };
        var found = await caller.Database.Documents<Template>().QueryAsync(query, cancellationToken);
        return found.Count == 0
            ? new Failure(TemplateErrors.NotFound)
            : TypedResults.Ok<IReadOnlyList<TemplateView>>([.. found.Select(TemplateView.Of)]);
    }
}
