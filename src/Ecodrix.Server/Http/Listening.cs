using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Http;

/// <summary>How the server listens: where, and how much it takes from a stranger.</summary>
internal static class Listening
{
    private const int LargestHeaders = 32 * 1024;

    private const int LargestRequestLine = 8 * 1024;

    /// <summary>What is held of a connection's bytes that nobody has read yet.</summary>
    private const int LargestBuffer = 64 * 1024;

    private const int MostConnections = 8_192;

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
            kestrel.Limits.MaxRequestBufferSize = LargestBuffer;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;

            // A route's own limit is set before its body is read; this one holds where there is no route.
            kestrel.Limits.MaxRequestBodySize = RoutePolicies.DefaultBodyBytes;
        });
    }
}
