namespace Ecodrix.Storage.Routing;

/// <summary>Where a tenant's documents are kept, when that is not where most are.</summary>
public interface ITenantPlaces
{
    /// <summary>Asked with every use, so it answers from memory.</summary>
    /// <param name="writes">Whether documents are to be changed there. While they are being moved they can only be read.</param>
    /// <returns>A database's address, a secret; null for <see cref="StorageOptions.Tenants"/>.</returns>
    /// <exception cref="DatabaseUnavailableException">It cannot be told, or nothing may be changed there at the moment.</exception>
    ValueTask<string?> PlaceOfAsync(TenantId tenant, bool writes, CancellationToken cancellationToken);
}

/// <summary>All in one place.</summary>
internal sealed class OnePlace : ITenantPlaces
{
    public ValueTask<string?> PlaceOfAsync(TenantId tenant, bool writes, CancellationToken cancellationToken) => default;
}
