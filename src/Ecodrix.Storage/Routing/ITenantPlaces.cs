namespace Ecodrix.Storage.Routing;

/// <summary>Where a tenant's documents are kept, when that is not where most are.</summary>
public interface ITenantPlaces
{
    /// <summary>Asked with every opening, so it answers from memory.</summary>
    /// <returns>A database's address, a secret; null for <see cref="StorageOptions.Tenants"/>.</returns>
    /// <exception cref="DatabaseUnavailableException">It cannot be told.</exception>
    ValueTask<string?> PlaceOfAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>All in one place.</summary>
internal sealed class OnePlace : ITenantPlaces
{
    public ValueTask<string?> PlaceOfAsync(TenantId tenant, CancellationToken cancellationToken) => default;
}
