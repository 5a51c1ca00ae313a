using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>What a feature keeps of a tenant outside the tenant's own database, and how it goes when the client is erased.</summary>
internal interface ITenantRemains
{
    /// <summary>Erases all of it. Called again after a crash; erasing twice is erasing once.</summary>
    Task EraseAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>Documents of the services database whose <c>tenant</c> field names the tenant.</summary>
internal sealed class TenantRows<T>(IServicesDatabase services) : ITenantRemains
    where T : class, IDocument<T>
{
    private const int AtOnce = 500;

    public async Task EraseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var mine = Condition.Eq("tenant", tenant.Value);
        while (await services.Documents<T>().DeleteManyAsync(mine, AtOnce, cancellationToken) == AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
