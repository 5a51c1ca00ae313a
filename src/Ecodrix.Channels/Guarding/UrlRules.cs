using System.Net;

namespace Ecodrix.Channels.Guarding;

/// <param name="Url">The URL when it may be called, else null.</param>
/// <param name="Problem">A sentence for whoever wrote the URL, null when it is good.</param>
public sealed record UrlCheck(Uri? Url, string? Problem);

/// <summary>What a URL that strangers may set has to look like. Pure: no name is resolved here.</summary>
public static class UrlRules
{
    private const int MaxLength = 2048;

    public static UrlCheck Check(string? text, bool allowPrivate)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return Bad($"must be an absolute URL of at most {MaxLength} characters.");
        }

        if (!IsAllowed(url.Scheme, allowPrivate))
        {
            return Bad(allowPrivate ? "must begin with https:// or http://." : "must begin with https://.");
        }

        if (url.UserInfo.Length > 0)
        {
            return Bad("must not carry a user name or password.");
        }

        if (url.Host.Length is 0 || url.Port is < 1 or > 65535)
        {
            return Bad("must name a host and a port that exist.");
        }

        return allowPrivate || WhyHostRefused(url) is not { } what ? new UrlCheck(url, null) : Bad($"must lead to a public host; this one is {what}.");
    }

    private static bool IsAllowed(string scheme, bool allowPrivate) =>
        scheme.Equals(Uri.UriSchemeHttps, StringComparison.Ordinal) || (allowPrivate && scheme.Equals(Uri.UriSchemeHttp, StringComparison.Ordinal));

    private static string? WhyHostRefused(Uri url)
    {
        var host = url.DnsSafeHost.TrimEnd('.');

        if (IPAddress.TryParse(host, out var literal))
        {
            return PublicAddresses.WhyRefused(literal);
        }

        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? "this machine"
            : null;
    }

    private static UrlCheck Bad(string problem) => new(null, "The URL " + problem);
}
