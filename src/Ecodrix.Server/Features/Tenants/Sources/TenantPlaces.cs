using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Where each client's databases are, told from memory: true to within a second in every process.</summary>
internal sealed class TenantPlaces(SecretStore secrets, TenantChanges changes, TimeProvider clock) : ITenantPlaces
{
    private readonly KeptByClient<Placement> kept = new(changes);

    /// <summary>While they are held they can be read where they are: nobody changes them.</summary>
    public async ValueTask<string?> PlaceOfAsync(TenantId tenant, bool writes, CancellationToken cancellationToken)
    {
        var placement = await FindAsync(tenant, cancellationToken);
        return writes && IsHeld(placement)
            ? throw new DatabaseUnavailableException($"The data of {tenant.Code} are being moved.") { Tenant = tenant }
            : placement.Uri;
    }

    /// <summary>Whether the databases are held while they are moved.</summary>
    public async ValueTask<bool> IsMovingAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            return IsHeld(await FindAsync(tenant, cancellationToken));
        }
        catch (DatabaseUnavailableException unreadable) when (unreadable.Tenant is not null)
        {
            // Its own trouble, and no other's: nobody knows where to work for it.
            return true;
        }
    }

    public ValueTask<Placement> FindAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = kept.GetAsync(tenant.Code, ReadAsync, cancellationToken, Holds);
        return found.IsCompletedSuccessfully ? new ValueTask<Placement>(found.Result!) : new ValueTask<Placement>(found.AsTask()!);
    }

    private bool IsHeld(Placement placement) => placement.Hold is { } hold && hold.Until > clock.GetUtcNow();

    /// <summary>Who held them may have switched and died before it told anyone: what was read before the end of a hold does not count after it.</summary>
    private bool Holds(Placement placement) => placement.Hold is not { } hold || IsHeld(placement) || placement.ReadAt >= hold.Until;

    private async Task<Placement?> ReadAsync(string client, CancellationToken cancellationToken)
    {
        try
        {
            var at = clock.GetUtcNow();
            return Placement.Of(await secrets.ReadAsync(client, cancellationToken)) with { ReadAt = at };
        }
        catch (SealBrokenException broken)
        {
            throw new DatabaseUnavailableException($"The address of {client}'s database cannot be read.", broken) { Tenant = TenantId.Parse(client) };
        }
    }
}
