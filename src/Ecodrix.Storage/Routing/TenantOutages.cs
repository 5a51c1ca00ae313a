using System.Collections.Concurrent;

namespace Ecodrix.Storage.Routing;

/// <summary>Whose database does not answer at present.</summary>
public interface ITenantOutages
{
    /// <summary>Answers from memory. What is down is asked again each second until it answers.</summary>
    bool IsDown(TenantId tenant);

    /// <summary>All of them, from memory; only those that this process has asked something of.</summary>
    IReadOnlyCollection<TenantId> Tenants { get; }
}

/// <summary>A breaker for each tenant, so that one whose database is down is told so at once and keeps nothing else waiting.</summary>
internal sealed class TenantOutages(TimeProvider clock) : ITenantOutages, IDisposable
{
    private readonly ConcurrentDictionary<TenantId, Breaker> breakers = [];
    private readonly ConcurrentDictionary<TenantId, Breaker> open = [];
    private readonly SemaphoreSlim opened = new(0);

    public bool IsDown(TenantId tenant) => !open.IsEmpty && open.ContainsKey(tenant);

    public Breaker Of(TenantId tenant) =>
        breakers.TryGetValue(tenant, out var known) ? known : breakers.GetOrAdd(tenant, new Breaker(tenant, clock, Open));

    public IReadOnlyCollection<TenantId> Tenants => open.IsEmpty ? [] : [.. open.Keys];

    public IReadOnlyCollection<Breaker> Down => [.. open.Values];

    /// <summary>Returns when one is down.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (open.IsEmpty)
        {
            await opened.WaitAsync(cancellationToken);
        }
    }

    public void Close(Breaker answered)
    {
        // In this order a failure in between leaves it open and among those to be asked, or closed, and never open and forgotten.
        open.TryRemove(answered.Tenant!.Value, out _);
        answered.Close();
    }

    public void Dispose() => opened.Dispose();

    private void Open(Breaker broken)
    {
        if (open.TryAdd(broken.Tenant!.Value, broken))
        {
            opened.Release();
        }
    }
}
