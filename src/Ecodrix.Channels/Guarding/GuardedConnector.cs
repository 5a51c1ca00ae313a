using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Guarding;

/// <summary>
/// Dials every outgoing connection: resolves the name once, checks every address it has, and connects to an address that was checked,
/// so that a name cannot lead elsewhere between check and connect.
/// </summary>
public sealed class GuardedConnector(INameResolver resolver, IOptions<ConnectorOptions> options, TimeProvider clock)
{
    private readonly ConnectorOptions _options = options.Value;

    /// <summary>Connects, or throws <see cref="AddressRefusedException"/>, <see cref="SocketException"/> or <see cref="OperationCanceledException"/>; in each case nothing was written.</summary>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            var addresses = await AddressesAsync(host, either.Token);
            return new NetworkStream(await ConnectToAnyAsync(addresses, port, either.Token), ownsSocket: true);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    /// <summary>Judges a URL before anything is dialled, so that the mistake is reported where it was made.</summary>
    /// <returns>The URL, or a sentence that says what is wrong with it. A name may still lead to a refused address later.</returns>
    public UrlCheck CheckUrl(string? text) => UrlRules.Check(text, _options.AllowPrivate);

    internal SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = async (context, token) => await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, token),
        // Covers the TLS handshake too: a request that gave up leaves its connection attempt behind.
        ConnectTimeout = 2 * _options.ConnectTimeout,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        // A client's trace context and baggage are no business of a provider's; callbacks carry it because we say so.
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        // An unread answer is thrown away with its connection, however long it goes on.
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 32,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Short, so that a provider's own idle time-out seldom closes a connection under a request that is being written.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await resolver.ResolveAsync(host, cancellationToken);

        if (addresses.Count is 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (_options.AllowPrivate)
        {
            return addresses;
        }

        foreach (var address in addresses)
        {
            if (PublicAddresses.WhyRefused(address) is { } what)
            {
                throw new AddressRefusedException($"The host leads to {what}, which is not dialled.");
            }
        }

        return addresses;
    }

    private static async Task<Socket> ConnectToAnyAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            var socket = new Socket(plain.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(plain, port), cancellationToken);
                return socket;
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                last = failure;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostUnreachable);
    }
}
