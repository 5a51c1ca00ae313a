using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Erases one tenant: its database, and what features keep of it elsewhere.</summary>
internal sealed class ErasureDoor(ITenantDatabases databases, IEnumerable<ITenantRemains> remains)
{
    public async Task EraseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        foreach (var remain in remains)
        {
            await remain.EraseAsync(tenant, cancellationToken);
        }

        await databases.DeleteAsync(tenant, cancellationToken);
    }
}
