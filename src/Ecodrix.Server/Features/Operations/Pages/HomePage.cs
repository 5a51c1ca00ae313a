using System.Text.Encodings.Web;
using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Operations.Pages;

/// <summary>Says what this is, that it is well, and where to go next.</summary>
internal static class HomePage
{
    private const string Style = PageStyle.Base + """
        main{max-width:44rem;margin:0 auto;padding:12vh 1.5rem 4rem}
        h1{font-size:2rem;letter-spacing:-.02em;margin:0}p{margin:.5rem 0 0;color:var(--soft)}
        .state{display:inline-flex;align-items:center;gap:.5rem;margin:1.5rem 0 2rem;padding:.3rem .8rem;border:1px solid var(--line);border-radius:2rem;background:var(--card);color:var(--ink);font-size:.9rem}
        .dot{width:.6rem;height:.6rem;border-radius:50%}.ok{background:var(--good)}.degraded{background:var(--bad)}
        ul{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:.75rem;background:var(--card)}
        li{padding:1rem 1.25rem}li+li{border-top:1px solid var(--line)}
        li span{display:block;color:var(--soft);font-size:.9rem}code{font:.85em ui-monospace,monospace}
        """;

    private static readonly string StyleSource = HtmlPage.StyleSource(Style);

    public static async Task<HtmlPage> HandleAsync(DatabasePulse pulse, CancellationToken cancellationToken)
    {
        var healthy = await pulse.AnswersAsync(cancellationToken);
        return new HtmlPage(Write(healthy, Uptime.Version), StyleSource);
    }

    private static string Write(bool healthy, string version) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>ECODrIx</title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        <h1>ECODrIx</h1>
        <p>A business automation engine: one named event from your website becomes WhatsApp messages, mail, meetings, changes in the CRM, and a signed callback.</p>
        <div class="state" role="status"><i class="dot {(healthy ? "ok" : "degraded")}"></i>{(healthy ? "All is well" : "The database does not answer")} · version {HtmlEncoder.Default.Encode(version)}</div>
        <ul>
        <li><a href="/docs">Reference</a><span>Every route, with examples, to read and to try.</span></li>
        <li><a href="/live">Live</a><span>See events, runs, messages and callbacks arrive. <code>ecodrix live CODE</code> prints the link that opens a client.</span></li>
        <li><a href="/openapi/v1.json">OpenAPI 3.1</a><span>The same for machines: generate a client from it.</span></li>
        <li><a href="/api/saas/health">Health</a><span>What a monitor asks; <code>/health/live</code> and <code>/health/ready</code> are for platforms.</span></li>
        </ul>
        </main>
        </body>
        </html>
        """;
}
