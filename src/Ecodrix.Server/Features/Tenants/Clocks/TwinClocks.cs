using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clocks;

/// <summary>What time it is for each tenant: the real time for all but the test twins whose clocks were set ahead.</summary>
/// <remarks>
/// What is asked all the time is answered from memory. Whoever begins something for a twin, a request or a worker, first
/// has its clock followed (<see cref="FollowAsync"/>), so a clock that was set in another process is in force here as soon
/// as <see cref="TenantChanges"/> tells of it.
/// </remarks>
internal sealed class TwinClocks : ITenantClock, ITenantRemains
{
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    private readonly IDocuments<TwinClock> documents;

    private readonly TenantChanges changes;

    private readonly TimeProvider clock;

    private readonly Lock gate = new();

    private long generation;

    public TwinClocks(IServicesDatabase services, TenantChanges changes, TimeProvider clock)
    {
        documents = services.Documents<TwinClock>();
        this.changes = changes;
        this.clock = clock;
        changes.Listen(Doubt);
    }

    public DateTimeOffset Now(string tenant) => clock.GetUtcNow() + AheadOf(tenant);

    public TimeSpan AheadOf(string tenant) => known.TryGetValue(tenant, out var found) ? found.Ahead : TimeSpan.Zero;

    /// <summary>Reads the clock anew if it may have been set elsewhere. Costs nothing for live tenants.</summary>
    public async ValueTask FollowAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (!tenant.IsTest || (known.TryGetValue(tenant.Value, out var kept) && kept.IsSure))
        {
            return;
        }

        var before = Volatile.Read(ref generation);
        var ahead = AheadIn(await documents.FindAsync(tenant.Value, cancellationToken));
        lock (gate)
        {
            // What was read before a change is not kept after it.
            if (before == generation)
            {
                known[tenant.Value] = new Known(ahead, IsSure: true);
            }
            else
            {
                known.TryAdd(tenant.Value, new Known(ahead, IsSure: false));
            }
        }
    }

    /// <summary>Sets a twin's clock: here at once, elsewhere within two seconds.</summary>
    /// <param name="from">As whoever sets it knows it.</param>
    /// <returns>False when it was set by someone else meanwhile; nothing was written.</returns>
    public async Task<bool> TrySetAsync(TenantId tenant, TimeSpan from, TimeSpan to, CancellationToken cancellationToken)
    {
        var present = await documents.FindAsync(tenant.Value, cancellationToken);
        var next = new TwinClock { Id = tenant.Value, Version = (present?.Version ?? 0) + 1, AheadMs = (long)to.TotalMilliseconds };
        if (AheadIn(present) != from
            || !await (present is null ? documents.TryAddAsync(next, cancellationToken) : documents.TryReplaceAsync(next, cancellationToken)))
        {
            Doubt(tenant.Code);
            return false;
        }

        await InForceAsync(tenant, AheadIn(next), cancellationToken);
        return true;
    }

    /// <summary>The twins whose clocks were set.</summary>
    public async Task<IReadOnlyList<TenantId>> AllSetAsync(CancellationToken cancellationToken)
    {
        var found = await documents.QueryAsync(new DocumentQuery(null, int.MaxValue), cancellationToken);
        return [.. found.Select(one => TenantId.Parse(one.Id))];
    }

    /// <summary>A twin that is emptied, or gone with its client, goes by the real time.</summary>
    public async Task EraseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (tenant.IsTest && await documents.DeleteAsync(tenant.Value, cancellationToken))
        {
            await InForceAsync(tenant, TimeSpan.Zero, cancellationToken);
        }
    }

    private async Task InForceAsync(TenantId tenant, TimeSpan ahead, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            generation++;
            known[tenant.Value] = new Known(ahead, IsSure: true);
        }

        await changes.AnnounceAsync(tenant.Code, cancellationToken);
    }

    private void Doubt(string? client)
    {
        lock (gate)
        {
            generation++;
            // What is announced for everybody goes by no client's name, and sets no clock.
            var twin = TenantId.TryParse(client, out var named) ? named.Test.Value : null;
            foreach (var (tenant, kept) in known.Where(entry => client is null || string.Equals(entry.Key, twin, StringComparison.Ordinal)))
            {
                known[tenant] = kept with { IsSure = false };
            }
        }
    }

    private static TimeSpan AheadIn(TwinClock? stored) => TimeSpan.FromMilliseconds(stored?.AheadMs ?? 0);

    /// <param name="IsSure">False when it may have been set elsewhere since.</param>
    private sealed record Known(TimeSpan Ahead, bool IsSure);
}
