using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Http;

/// <summary>A page under the strictest policy that lets it work: nothing is loaded but what it names, no inline script runs, nobody frames it.</summary>
/// <param name="html">With every value through the encoder.</param>
/// <param name="sources">What the page may load besides, such as <c>script-src 'self'</c>.</param>
internal sealed class HtmlPage(string html, params IReadOnlyList<string> sources) : IResult
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    private readonly string policy =
        string.Join("; ", ["default-src 'none'", .. sources, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]);

    /// <summary>Lets exactly this text stand in a <c>style</c> element.</summary>
    public static string StyleSource(string css) => $"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(css)))}'";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        return response.WriteAsync(html, httpContext.RequestAborted);
    }
}
