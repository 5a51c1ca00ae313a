using Ecodrix.Channels;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Templates;

/// <summary>Fetches every template that Meta has. A test twin takes its live tenant's.</summary>
internal static class SyncTemplates
{
    /// <param name="Deleted">Those that Meta has no longer; they stay, marked, with their mappings.</param>
    public sealed record Answer(int Synced, int Added, int Updated, int Deleted);

    public static async Task<Results<Ok<Answer>, Failure>> HandleAsync(
        Caller caller, SecretsDoor secrets, Settings settings, WhatsAppTemplates provider, ITenantDatabases databases, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (caller.Tenant.IsTest)
        {
            var live = await databases.OpenAsync(caller.Tenant.Live, cancellationToken);
            var copied = await TemplateDoor.CopyAsync(live, caller.Database, cancellationToken);
            return TypedResults.Ok(new Answer(copied, copied, 0, 0));
        }

        if (await secrets.FindWhatsAppAsync(caller.Tenant, cancellationToken) is not { BusinessId: { } business } account)
        {
            return new Failure(TemplateErrors.NotConfigured);
        }

        var (templates, problem) = await ReadAllAsync(
            provider, new WhatsAppAccount(settings.MetaBaseUrl, account.PhoneNumberId, business, account.Token), cancellationToken);
        return problem is null
            ? TypedResults.Ok(await StoreAsync(caller.Database, templates, clock.GetUtcNow(), cancellationToken))
            : new Failure(problem);
    }

    /// <summary>All pages or nothing: a list that broke off says nothing of what is gone.</summary>
    private static async Task<(IReadOnlyList<WhatsAppTemplate> Templates, Error? Problem)> ReadAllAsync(
        WhatsAppTemplates provider, WhatsAppAccount account, CancellationToken cancellationToken)
    {
        var templates = new List<WhatsAppTemplate>();
        await foreach (var page in provider.ListAsync(account, cancellationToken))
        {
            switch (page.Problem)
            {
                case null:
                    templates.AddRange(page.Templates);
                    break;
                case DeliveryResult.Refused refused:
                    return ([], TemplateErrors.Upstream(refused.Code) with { Hint = refused.Hint });
                case DeliveryResult.TryLater later:
                    return ([], TemplateErrors.Upstream(later.Code ?? "no answer"));
                default:
                    return ([], Errors.UpstreamFailed);
            }
        }

        return (templates, null);
    }

    private static async Task<Answer> StoreAsync(ITenantDatabase database, IReadOnlyList<WhatsAppTemplate> templates, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var documents = database.Documents<Template>();
        var held = (await documents.QueryAsync(new DocumentQuery(null, TemplateDoor.MostTemplates), cancellationToken)).ToDictionary(template => template.Id, StringComparer.Ordinal);
        var fetched = templates.DistinctBy(template => (template.Name, template.Language)).ToDictionary(template => Template.IdOf(template.Name, template.Language), StringComparer.Ordinal);

        var added = fetched.Where(pair => !held.ContainsKey(pair.Key)).Select(pair => Template.Of(pair.Value, now)).ToList();
        await documents.AddManyAsync(added, cancellationToken);

        var updated = held.Values.Where(template => fetched.ContainsKey(template.Id)).ToList();
        foreach (var template in updated)
        {
            // Someone else's sync or mapping came between: theirs is as fresh.
            await documents.TryReplaceAsync(template.Synced(fetched[template.Id], now), cancellationToken);
        }

        var gone = held.Values.Where(template => !fetched.ContainsKey(template.Id) && template.Status is not Template.Deleted).ToList();
        foreach (var template in gone)
        {
            await documents.TryReplaceAsync(template.Gone(now), cancellationToken);
        }

        return new Answer(fetched.Count, added.Count, updated.Count, gone.Count);
    }
}
