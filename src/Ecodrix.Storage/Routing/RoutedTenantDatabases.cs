using System.Collections.Concurrent;

namespace Ecodrix.Storage.Routing;

/// <summary>Each tenant's database where it lives: most by one template, some by an address of their own.</summary>
/// <param name="most">Where those live that have no place of their own.</param>
/// <param name="at">What keeps documents at an address.</param>
internal sealed class RoutedTenantDatabases(ITenantDatabases most, Func<string, ITenantDatabases> at, ITenantPlaces places, TenantOutages outages) : ITenantDatabases, IDisposable
{
    private readonly ConcurrentDictionary<string, ITenantDatabases> own = new(StringComparer.Ordinal);

    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var home = await HomeOfAsync(tenant, cancellationToken);
        var breaker = outages.Of(tenant);
        return new GuardedTenantDatabase(await breaker.UseAsync(() => home.OpenAsync(tenant, cancellationToken)), breaker);
    }

    public async Task CreateAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await (await HomeOfAsync(tenant, cancellationToken)).CreateAsync(tenant, cancellationToken);

    public async Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await (await HomeOfAsync(tenant, cancellationToken)).DeleteAsync(tenant, cancellationToken);

    /// <summary>Asks a database that is down whether it answers again, past its breaker.</summary>
    public async Task<bool> AnswersAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            var database = await (await HomeOfAsync(tenant, cancellationToken)).OpenAsync(tenant, cancellationToken);
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

    private async ValueTask<ITenantDatabases> HomeOfAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await places.PlaceOfAsync(tenant, cancellationToken) is { } place ? own.GetOrAdd(place, at) : most;
}
