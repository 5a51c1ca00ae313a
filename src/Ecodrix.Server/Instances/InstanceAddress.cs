using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Ecodrix.Server.Instances;

/// <summary>Where other instances reach this one: the first plain address that it listens at, with the machine's own in place of "every interface".</summary>
internal class InstanceAddress(IServer server)
{
    /// <returns>Null before the server listens, and where it listens at nothing that others could use.</returns>
    public virtual Uri? Find() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(Reachable).FirstOrDefault(url => url is not null);

    /// <returns>Null for an address that is not plain HTTP over a network.</returns>
    internal static Uri? Reachable(string listened)
    {
        var isAny = listened.Contains("//*", StringComparison.Ordinal) || listened.Contains("//+", StringComparison.Ordinal);
        if (!Uri.TryCreate(isAny ? listened.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal) : listened, UriKind.Absolute, out var url)
            || url.Scheme is not "http"
            || string.Equals(url.Host, "unix", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
        {
            return url;
        }

        return OfThisMachine() is { } own ? new UriBuilder(url) { Host = own.ToString() }.Uri : null;
    }

    private static IPAddress? OfThisMachine() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus is OperationalStatus.Up && network.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        .OrderBy(address => address.AddressFamily is AddressFamily.InterNetwork ? 0 : 1)
        .FirstOrDefault();
}
