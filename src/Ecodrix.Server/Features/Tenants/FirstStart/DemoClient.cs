using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>The client that a developer's first start makes.</summary>
internal sealed class DemoClient(
    Settings settings, ClientRegistry clients, ClientFounding founding, ITenantDatabases databases, IEnumerable<IFirstStartSample> samples)
{
    public const string Code = "DEMO";

    /// <returns>Its keys; null when this is no first start in development.</returns>
    public async Task<Founding.Made?> TryMakeAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsDevelopment || !await clients.IsEmptyAsync(cancellationToken))
        {
            return null;
        }

        var draft = new Client
        {
            Id = Code,
            Name = "Demo",
            TimeZone = ClientForms.DefaultTimeZone,
            Region = ClientForms.DefaultRegion,
            Currency = ClientForms.DefaultCurrency,
        };

        if (await founding.FoundAsync(draft, apiKey: null, webhookSecret: null, cancellationToken) is not Founding.Made made)
        {
            return null;
        }

        await AddSamplesAsync(draft.Tenant, cancellationToken);
        await AddSamplesAsync(draft.Tenant.Test, cancellationToken);
        return made;
    }

    private async Task AddSamplesAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var database = await databases.OpenAsync(tenant, cancellationToken);
        foreach (var sample in samples)
        {
            await sample.AddAsync(database, cancellationToken);
        }
    }
}
