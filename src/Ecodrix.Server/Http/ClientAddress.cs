using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Server.Http;

/// <summary>Whose address a request came from, as far as it can be believed.</summary>
internal static class ClientAddress
{
    private const int Ipv6NetworkBytes = 8;

    /// <param name="trustedHops">How many entries of <c>X-Forwarded-For</c>, from the right, our own proxies wrote.</param>
    public static IPAddress Of(HttpContext context, int trustedHops) =>
        Of(context.Connection.RemoteIpAddress ?? IPAddress.None, context.Request.Headers["X-Forwarded-For"].ToString(), trustedHops);

    /// <param name="remote">Who made the connection.</param>
    /// <param name="forwardedFor">The header <c>X-Forwarded-For</c>; empty when there is none.</param>
    /// <param name="trustedHops">How many of its entries, from the right, our own proxies wrote.</param>
    public static IPAddress Of(IPAddress remote, string forwardedFor, int trustedHops)
    {
        var address = remote;
        if (trustedHops > 0)
        {
            var hops = forwardedFor.Split(',', StringSplitOptions.TrimEntries);
            for (var hop = 1; hop <= Math.Min(trustedHops, hops.Length) && TryParse(hops[^hop], out var forwarded); hop++)
            {
                address = forwarded;
            }
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>What limits count by: an IPv4 address, or the /64 that one IPv6 customer has to itself.</summary>
    public static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Ipv6NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private static bool TryParse(string text, out IPAddress address)
    {
        // Some proxies add the port.
        var parsed = IPEndPoint.TryParse(text, out var endpoint);
        address = endpoint?.Address ?? IPAddress.None;
        return parsed;
    }
}
