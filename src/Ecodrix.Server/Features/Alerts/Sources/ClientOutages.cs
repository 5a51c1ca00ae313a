using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whose database does not answer. Each process tells of those that it has found; that one answers again is asked of the database itself.</summary>
internal sealed class ClientOutages(ITenantOutages outages, ITenantDatabases databases, LastingAlerts alerts, Rounds rounds) : IAlertLook
{
    private const string Anything = "0";

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // A test twin lives beside its client, and most often falls with it.
        var down = outages.Tenants;
        var seen = down.Where(tenant => !tenant.IsTest || !outages.IsDown(tenant.Live))
            .Select(tenant => new Sighting(AlertKind.DatabaseDown, tenant.Value, Subject: null, new AlertDetails { Database = "client" }))
            .ToList();
        await alerts.SeeAsync(seen, cancellationToken);
        if (await rounds.TryBeginAsync("alerts of databases", Every, cancellationToken))
        {
            await alerts.EndAsync(AlertKind.DatabaseDown, seen, alert => AnswersAsync(alert, cancellationToken), cancellationToken);
        }
    }

    private async Task<bool> AnswersAsync(Alert alert, CancellationToken cancellationToken)
    {
        // Without a tenant it is the services': that one answered a moment ago, and is looked after elsewhere.
        if (alert.Tenant is not { } tenant)
        {
            return false;
        }

        try
        {
            await (await databases.OpenAsync(TenantId.Parse(tenant), cancellationToken)).Documents<Claim>().FindAsync(Anything, cancellationToken);
            return true;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }
}
