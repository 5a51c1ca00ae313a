using System.Text.Json.Nodes;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Templates;

/// <summary>What other features may ask of templates.</summary>
internal sealed class TemplateDoor(ITenantDatabases databases)
{
    public const int MostTemplates = 2_000;

    /// <returns>Null when the last sync did not bring it.</returns>
    public async Task<Template?> FindAsync(ITenantDatabase database, string name, string language, CancellationToken cancellationToken)
    {
        var id = Template.IdOf(name, language);
        var found = await database.Documents<Template>().FindAsync(id, cancellationToken);
        if (found is not null || !database.Tenant.IsTest)
        {
            return found;
        }

        // A test twin has the live tenant's templates from its first use.
        var live = await databases.OpenAsync(database.Tenant.Live, cancellationToken);
        return await live.Documents<Template>().FindAsync(id, cancellationToken);
    }

    /// <summary>A template's variables from its mapping, where a rule gives none.</summary>
    /// <param name="scope">What templates see.</param>
    public static MappedResult Map(TemplateMapping mapping, JsonObject scope) => MappedVariables.Of(mapping, scope);

    /// <summary>Whether a sync ever brought a template: only then does a missing one mean that Meta has none.</summary>
    public static async Task<bool> HaveAnyAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await database.Documents<Template>().CountAsync(null, 1, cancellationToken) > 0;

    /// <summary>Gives a test twin its live tenant's templates, under the same ids.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> CopyAsync(ITenantDatabase live, ITenantDatabase twin, CancellationToken cancellationToken)
    {
        var templates = await live.Documents<Template>().QueryAsync(new DocumentQuery(null, MostTemplates), cancellationToken);
        var documents = twin.Documents<Template>();
        foreach (var template in templates)
        {
            await PutAsync(documents, template, cancellationToken);
        }

        return templates.Count;
    }

    /// <summary>Stores it as the latest, whatever stood there.</summary>
    private static async Task PutAsync(IDocuments<Template> documents, Template template, CancellationToken cancellationToken)
    {
        while (!await documents.TryAddAsync(template with { Version = 1 }, cancellationToken))
        {
            if (await documents.FindAsync(template.Id, cancellationToken) is { } held
                && await documents.TryReplaceAsync(template with { Version = held.Version + 1 }, cancellationToken))
            {
                return;
            }
        }
    }
}
