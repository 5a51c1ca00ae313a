using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Whose due work is held: by the client's own status, by the operator's kill switch, or because its database is down.</summary>
internal sealed class HeldClients(TenantDoor tenants, PauseDoor pauses, ITenantOutages outages) : IHeldTenants
{
    public async ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken) =>
        outages.IsDown(tenant) || await tenants.IsHeldAsync(tenant, cancellationToken) || await pauses.OfTenantAsync(tenant, cancellationToken) is not null;
}
