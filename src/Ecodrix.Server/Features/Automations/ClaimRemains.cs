using Ecodrix.Engine.Retention;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Who is in which sequence, and what rules have run once for, goes with the tenant.</summary>
internal sealed class ClaimRemains(ITenantClaims claims) : ITenantRemains
{
    public Task EraseAsync(TenantId tenant, CancellationToken cancellationToken) => claims.EraseAsync(tenant, cancellationToken);
}
