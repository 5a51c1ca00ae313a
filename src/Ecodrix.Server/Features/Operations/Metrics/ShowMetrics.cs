using System.Security.Cryptography;
using System.Text;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Operations.Metrics;

/// <summary>The figures for Prometheus, to whoever shows the token. In production without one there is no such route.</summary>
internal static class ShowMetrics
{
    private const string Scheme = "Bearer ";

    public static async Task<IResult> HandleAsync(HttpRequest request, ExposedMetrics metrics, Settings settings, CancellationToken cancellationToken)
    {
        if (!metrics.IsOn)
        {
            return new Failure(Errors.UnknownRoute);
        }

        return settings.MetricsToken is { } token && !IsShown(token, request)
            ? new Failure(Errors.Unauthorized)
            : new Exposition(await metrics.WriteAsync(cancellationToken));
    }

    private static bool IsShown(string token, HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : "";
        // Hashes have one length, so the comparison tells nothing of the token's.
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    private sealed class Exposition(ReadOnlyMemory<byte> text) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await httpContext.Response.Body.WriteAsync(text, httpContext.RequestAborted);
        }
    }
}
