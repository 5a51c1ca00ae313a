using System.IO.Compression;
using Ecodrix.Server.Http;
using Scalar.AspNetCore;

namespace Ecodrix.Server.Features.Operations.Pages;

/// <summary>The API reference, drawn by Scalar from our OpenAPI document. All of it is served from here.</summary>
internal static class DocsPage
{
    private const string ScriptType = "text/javascript; charset=utf-8";

    private const string ScalarResource = "ScalarStaticAssets.scalar.js";

    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>ECODrIx API reference</title>
        </head>
        <body>
        <div id="reference"></div>
        <script src="/docs/scalar.js"></script>
        <script src="/docs/start.js"></script>
        </body>
        </html>
        """;

    private const string Start = """
        Scalar.createApiReference('#reference', {
          url: '/openapi/v1.json',
          withDefaultFonts: false,
          telemetry: false,
          hideClientButton: true,
          showDeveloperTools: 'never',
          agent: { disabled: true },
          mcp: { disabled: true },
          defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' }
        });
        """;

    private static readonly Lazy<byte[]> Scalar = new(ReadScalar);

    public static HtmlPage Handle() => new(
        Html,
        "script-src 'self'",
        // Scalar writes its styles into the page by script.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'");

    public static IResult Script(string file, HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=3600";
        return file switch
        {
            "scalar.js" => TypedResults.Bytes(Scalar.Value, ScriptType),
            "start.js" => TypedResults.Text(Start, ScriptType),
            _ => new Failure(Errors.UnknownRoute),
        };
    }

    /// <summary>The package carries its script compressed.</summary>
    private static byte[] ReadScalar()
    {
        using var packed = typeof(ScalarOptions).Assembly.GetManifestResourceStream(ScalarResource)
            ?? throw new InvalidOperationException($"The Scalar package has no {ScalarResource}.");
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var script = new MemoryStream();
        unpacked.CopyTo(script);
        return script.ToArray();
    }
}
