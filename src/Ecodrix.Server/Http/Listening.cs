using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Http;

/// <summary>How the server listens: where, and how much it takes from a stranger.</summary>
internal static class Listening
{
    private const int LargestHeaders = 32 * 1024;

    private const int LargestRequestLine = 8 * 1024;

    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(15);

    public static void UseListening(this IWebHostBuilder host, Settings settings)
    {
        host.UseUrls(settings.ListenUrls);
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.MaxRequestLineSize = LargestRequestLine;
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;

            // A route's own limit is set before its body is read; this one holds where there is no route.
            kestrel.Limits.MaxRequestBodySize = RoutePolicies.DefaultBodyBytes;
        });
    }
}
