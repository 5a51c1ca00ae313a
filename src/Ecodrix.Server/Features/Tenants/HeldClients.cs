using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Whose due work is held: by the client's own status, or by the operator's kill switch.</summary>
internal sealed class HeldClients(TenantDoor tenants, PauseDoor pauses) : IHeldTenants
{
    public async ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await tenants.IsHeldAsync(tenant, cancellationToken) || await pauses.OfTenantAsync(tenant, cancellationToken) is not null;
}
