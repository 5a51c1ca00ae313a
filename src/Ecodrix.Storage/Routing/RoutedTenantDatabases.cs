using System.Collections.Concurrent;

namespace Ecodrix.Storage.Routing;

/// <summary>Each tenant's database where it lives: most by one template, some by an address of their own.</summary>
/// <param name="most">Where those live that have no place of their own.</param>
/// <param name="at">What keeps documents at an address.</param>
internal sealed class RoutedTenantDatabases(ITenantDatabases most, Func<string, ITenantDatabases> at, ITenantPlaces places, TenantOutages outages) : ITenantDatabases, IDisposable
{
    /// <summary>What may be kept there; empty means anything. What is not named would be lost by a move, so it is refused when it is first used.</summary>
    public IReadOnlySet<Type> Kinds { get; init; } = new HashSet<Type>();

    private readonly ConcurrentDictionary<string, ITenantDatabases> own = new(StringComparer.Ordinal);

    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var place = await PlaceOfAsync(tenant, writes: false, cancellationToken);
        return new RoutedTenantDatabase(this, outages.Of(tenant), await LodgeAsync(tenant, place, cancellationToken));
    }

    public async Task CreateAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await At(await PlaceOfAsync(tenant, writes: true, cancellationToken)).CreateAsync(tenant, cancellationToken);

    public async Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await At(await PlaceOfAsync(tenant, writes: true, cancellationToken)).DeleteAsync(tenant, cancellationToken);

    public ValueTask<string?> PlaceOfAsync(TenantId tenant, bool writes, CancellationToken cancellationToken) => places.PlaceOfAsync(tenant, writes, cancellationToken);

    public async Task<Lodging> LodgeAsync(TenantId tenant, string? place, CancellationToken cancellationToken) =>
        new(place, await outages.Of(tenant).UseAsync(() => At(place).OpenAsync(tenant, cancellationToken)));

    /// <summary>What keeps documents there, whoever lives there now.</summary>
    /// <param name="place">Null for where most are.</param>
    public ITenantDatabases At(string? place) => place is null ? most : own.GetOrAdd(place, at);

    /// <summary>Asks a database that is down whether it answers again, past its breaker.</summary>
    public async Task<bool> AnswersAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            var database = await At(await PlaceOfAsync(tenant, writes: false, cancellationToken)).OpenAsync(tenant, cancellationToken);
            await database.Documents<Claim>().FindAsync("0", cancellationToken);
            return true;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var home in own.Values.Prepend(most).OfType<IDisposable>())
        {
            home.Dispose();
        }
    }
}
