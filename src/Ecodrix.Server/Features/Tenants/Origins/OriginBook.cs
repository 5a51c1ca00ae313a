using System.Collections.Concurrent;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Origins;

/// <summary>Keeps the clients' web origins.</summary>
internal sealed class OriginBook(IServicesDatabase services, TenantChanges changes, TimeProvider clock)
{
    /// <summary>How many a client may list.</summary>
    public const int Most = 100;

    private const int MostKept = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly IDocuments<CorsOrigin> origins = services.Documents<CorsOrigin>();

    private readonly KeptByClient<IReadOnlyList<CorsOrigin>> kept = new(changes);

    private readonly ConcurrentDictionary<string, (bool IsListed, long At)> listed = new(StringComparer.Ordinal);

    /// <returns>In the order of the alphabet.</returns>
    public async ValueTask<IReadOnlyList<CorsOrigin>> OfAsync(string client, CancellationToken cancellationToken) =>
        (await kept.GetAsync(client, async (code, token) => (IReadOnlyList<CorsOrigin>?)await ReadAsync(code, token), cancellationToken))!;

    /// <summary>Whether any client lists it; true to within a second.</summary>
    public async ValueTask<bool> IsAnyonesAsync(string origin, CancellationToken cancellationToken)
    {
        if (listed.TryGetValue(origin, out var known) && clock.GetElapsedTime(known.At) < Fresh)
        {
            return known.IsListed;
        }

        var its = new Condition.All(Condition.Gte("_id", CorsOrigin.FirstIdOf(origin)), Condition.Lt("_id", CorsOrigin.AfterIdsOf(origin)));
        var isListed = (await origins.QueryAsync(new DocumentQuery(its, 1), cancellationToken)).Count > 0;
        if (listed.Count >= MostKept)
        {
            listed.Clear();
        }

        listed[origin] = (isListed, clock.GetTimestamp());
        return isListed;
    }

    /// <summary>What <see cref="IsAnyonesAsync"/> answered last.</summary>
    public bool WasAnyones(string origin) => listed.TryGetValue(origin, out var known) && known.IsListed;

    /// <returns>The origin as it is listed now; null when the client has too many. Listing twice is listing once.</returns>
    public async Task<CorsOrigin?> AddAsync(string client, string origin, CancellationToken cancellationToken)
    {
        var listedNow = await ReadAsync(client, cancellationToken);
        if (listedNow.FirstOrDefault(one => string.Equals(one.Origin, origin, StringComparison.Ordinal)) is { } there)
        {
            return there;
        }

        if (listedNow.Count >= Most)
        {
            return null;
        }

        var added = new CorsOrigin { Id = CorsOrigin.IdOf(origin, client), Tenant = client, Origin = origin, CreatedAt = clock.GetUtcNow() };
        await origins.TryAddAsync(added, cancellationToken);
        await ChangedAsync(client, origin, cancellationToken);
        return added;
    }

    /// <returns>False when the client does not list it.</returns>
    public async Task<bool> RemoveAsync(string client, string origin, CancellationToken cancellationToken)
    {
        if (!await origins.DeleteAsync(CorsOrigin.IdOf(origin, client), cancellationToken))
        {
            return false;
        }

        await ChangedAsync(client, origin, cancellationToken);
        return true;
    }

    private async Task ChangedAsync(string client, string origin, CancellationToken cancellationToken)
    {
        listed.TryRemove(origin, out _);
        await changes.AnnounceAsync(client, cancellationToken);
    }

    private Task<IReadOnlyList<CorsOrigin>> ReadAsync(string client, CancellationToken cancellationToken) =>
        origins.QueryAsync(new DocumentQuery(Condition.Eq("tenant", client), Most * 2) { Sort = [new Sort("_id")] }, cancellationToken);
}
