using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>From where a key is taken: from some addresses and networks, or from anywhere.</summary>
internal sealed class AllowedAddresses
{
    /// <summary>How many a key may name.</summary>
    public const int Most = 100;

    public static readonly AllowedAddresses Anywhere = new(null);

    private readonly IReadOnlyList<IPNetwork>? networks;

    private AllowedAddresses(IReadOnlyList<IPNetwork>? networks) => this.networks = networks;

    /// <summary>As they are stored; null for anywhere.</summary>
    public IReadOnlyList<string>? Texts => networks is null ? null : [.. networks.Select(network => network.ToString())];

    /// <param name="texts">Each as <see cref="Read"/> takes it; null for anywhere.</param>
    public static AllowedAddresses Of(IReadOnlyList<string>? texts) => texts is null ? Anywhere : new AllowedAddresses([.. texts.Select(text => Read(text)!.Value)]);

    /// <summary>Reads an address or a network; bits behind a network's prefix count as none.</summary>
    /// <returns>Null when the text is neither in its usual form.</returns>
    public static IPNetwork? Read(string? text)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || AddressIn(slash < 0 ? text : text[..slash]) is not { } address)
        {
            return null;
        }

        if (slash >= 0)
        {
            return !address.IsIPv4MappedToIPv6 && IPNetwork.TryParse(text, out var network) ? network : null;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return new IPNetwork(address, address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128);
    }

    public bool Admit(IPAddress address) => networks is null || networks.Any(network => network.Contains(address));

    /// <summary>Whether nothing among those lies outside these.</summary>
    public bool Cover(AllowedAddresses others) =>
        networks is null || (others.networks is { } theirs && theirs.All(inner => networks.Any(outer => outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress))));

    // The framework reads 1, 0x7f.1 and 010.0.0.1 as addresses too, and not as those that are meant.
    private static IPAddress? AddressIn(string text) =>
        !text.Contains('%', StringComparison.Ordinal)
        && IPAddress.TryParse(text, out var address)
        && (address.AddressFamily is not AddressFamily.InterNetwork || string.Equals(address.ToString(), text, StringComparison.Ordinal))
            ? address
            : null;
}
