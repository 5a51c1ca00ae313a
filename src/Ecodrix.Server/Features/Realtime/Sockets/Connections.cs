using System.Collections.Concurrent;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>The sockets of this process, by tenant.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<TenantId, ConcurrentDictionary<string, Socket>> sockets = [];

    /// <summary>The tenants that have any now.</summary>
    public IEnumerable<TenantId> Tenants => sockets.Where(entry => !entry.Value.IsEmpty).Select(entry => entry.Key);

    public int CountOf(TenantId tenant) => sockets.TryGetValue(tenant, out var its) ? its.Count : 0;

    public IReadOnlyCollection<Socket> Of(TenantId tenant) => sockets.TryGetValue(tenant, out var its) ? [.. its.Values] : [];

    public void Add(TenantId tenant, Socket socket) => sockets.GetOrAdd(tenant, _ => new(StringComparer.Ordinal))[socket.Id] = socket;

    public void Remove(TenantId tenant, Socket socket)
    {
        // A socket that recovers has the id of the one before, and may be there before that one has parted.
        if (sockets.TryGetValue(tenant, out var its))
        {
            its.TryRemove(new KeyValuePair<string, Socket>(socket.Id, socket));
        }
    }
}
