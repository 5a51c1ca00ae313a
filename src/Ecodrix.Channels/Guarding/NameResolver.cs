using System.Net;

namespace Ecodrix.Channels.Guarding;

/// <summary>Turns a host's name into addresses. A seam to the outside world, so that a name that changes its mind can be tried.</summary>
public interface INameResolver
{
    /// <summary>All addresses of the name; throws <see cref="System.Net.Sockets.SocketException"/> when there are none.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}

internal sealed class SystemNameResolver : INameResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken);
}
