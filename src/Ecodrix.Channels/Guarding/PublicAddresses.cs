using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Channels.Guarding;

/// <summary>
/// Which addresses are public hosts of the internet. Everything else is refused: an address that a stranger may name must not
/// reach this machine, its network, or a cloud's metadata service.
/// </summary>
/// <remarks>The IANA special-purpose registries (RFC 6890 and its successors), read strictly: what is not global unicast is refused.</remarks>
public static class PublicAddresses
{
    private static readonly (IPNetwork Network, string What)[] RefusedV4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified address"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private address"),
        (IPNetwork.Parse("100.64.0.0/10"), "a carrier's shared address"),
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback address"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private address"),
        (IPNetwork.Parse("192.0.0.0/24"), "a reserved address"),
        (IPNetwork.Parse("192.0.2.0/24"), "a documentation address"),
        (IPNetwork.Parse("192.88.99.0/24"), "a reserved address"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private address"),
        (IPNetwork.Parse("198.18.0.0/15"), "a benchmarking address"),
        (IPNetwork.Parse("198.51.100.0/24"), "a documentation address"),
        (IPNetwork.Parse("203.0.113.0/24"), "a documentation address"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast address"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved address"),
        // Globally routed by its number, but answered by the cloud's own host.
        (IPNetwork.Parse("168.63.129.16/32"), "a metadata address"),
    ];

    private static readonly (IPNetwork Network, string What)[] RefusedV6 =
    [
        (IPNetwork.Parse("::1/128"), "a loopback address"),
        (IPNetwork.Parse("::/128"), "an unspecified address"),
        (IPNetwork.Parse("::/96"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("::ffff:0:0:0/96"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("64:ff9b::/96"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("fc00::/7"), "a private address"),
        (IPNetwork.Parse("fe80::/10"), "a link-local address"),
        (IPNetwork.Parse("fec0::/10"), "a private address"),
        (IPNetwork.Parse("ff00::/8"), "a multicast address"),
        (IPNetwork.Parse("2001::/32"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("2001::/23"), "a reserved address"),
        (IPNetwork.Parse("2001:db8::/32"), "a documentation address"),
        (IPNetwork.Parse("2002::/16"), "an IPv4 address in IPv6 form"),
        (IPNetwork.Parse("3fff::/20"), "a documentation address"),
    ];

    private static readonly IPNetwork GlobalUnicastV6 = IPNetwork.Parse("2000::/3");

    /// <returns>Null for a public address; else what it is, as the end of a sentence.</returns>
    public static string? WhyRefused(IPAddress address)
    {
        // A mapped address is dialled as the IPv4 address that it holds, so it is judged as that.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        return plain.AddressFamily is AddressFamily.InterNetwork ? WhyRefusedV4(plain) : WhyRefusedV6(plain);
    }

    private static string? WhyRefusedV4(IPAddress address)
    {
        foreach (var (network, what) in RefusedV4)
        {
            if (network.Contains(address))
            {
                return what;
            }
        }

        return null;
    }

    private static string? WhyRefusedV6(IPAddress address)
    {
        // Without its zone: a scope id would make a link-local address unequal to its network.
        var bytes = address.GetAddressBytes();
        var unscoped = new IPAddress(bytes);

        foreach (var (network, what) in RefusedV6)
        {
            if (network.Contains(unscoped))
            {
                return what;
            }
        }

        if (!GlobalUnicastV6.Contains(unscoped))
        {
            return "a reserved address";
        }

        return IsIsatap(bytes) ? "an IPv4 address in IPv6 form" : null;
    }

    /// <summary>RFC 5214: an interface identifier of <c>(00|02)00:5efe</c> carries an IPv4 address behind any prefix.</summary>
    private static bool IsIsatap(byte[] bytes) =>
        (bytes[8] & 0xfd) is 0 && bytes[9] is 0 && bytes[10] is 0x5e && bytes[11] is 0xfe;
}
