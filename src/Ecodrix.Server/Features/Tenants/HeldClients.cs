using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Whose due work is held: by the client's own status, by the operator's kill switch, or because its database is down or being moved.</summary>
internal sealed class HeldClients(TenantDoor tenants, PauseDoor pauses, TenantPlaces places, ITenantOutages outages) : IHeldTenants
{
    public async ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken) =>
        outages.IsDown(tenant)
        || await places.IsMovingAsync(tenant, cancellationToken)
        || await tenants.IsHeldAsync(tenant, cancellationToken) || await pauses.OfTenantAsync(tenant, cancellationToken) is not null;
}
