using System.Collections.Concurrent;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Something read of each client, kept until <see cref="TenantChanges"/> names the client.</summary>
internal sealed class KeptByClient<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T> kept = new(StringComparer.Ordinal);

    private readonly TenantChanges changes;

    private readonly Lock gate = new();

    private long generation;

    public KeptByClient(TenantChanges changes)
    {
        this.changes = changes;
        changes.Listen(Drop);
    }

    /// <param name="read">Asks the database; null when there is nothing, which is not kept.</param>
    /// <param name="holds">False for what is to be read anew though nobody has told of a change; null when nothing is.</param>
    public async ValueTask<T?> GetAsync(
        string client, Func<string, CancellationToken, Task<T?>> read, CancellationToken cancellationToken, Func<T, bool>? holds = null)
    {
        await changes.FollowAsync(cancellationToken);

        if (kept.TryGetValue(client, out var known) && holds?.Invoke(known) is not false)
        {
            return known;
        }

        var before = Volatile.Read(ref generation);
        var value = await read(client, cancellationToken);
        if (value is not null)
        {
            Keep(client, value, before);
        }

        return value;
    }

    /// <summary>What was read before a change is not kept after it.</summary>
    private void Keep(string client, T value, long readAt)
    {
        lock (gate)
        {
            if (readAt == generation)
            {
                kept[client] = value;
            }
        }
    }

    private void Drop(string? client)
    {
        lock (gate)
        {
            Volatile.Write(ref generation, generation + 1);
            if (client is null)
            {
                kept.Clear();
            }
            else
            {
                kept.TryRemove(client, out _);
            }
        }
    }
}
