namespace Ecodrix.Server.Http;

/// <summary>What our pages look like, by day and by night. A page puts its own rules after these and names the whole by <see cref="HtmlPage.StyleSource"/>.</summary>
internal static class PageStyle
{
    public const string Base = """
        :root{color-scheme:light dark;--ink:#1a2230;--soft:#5b6577;--line:#dde2ea;--back:#f7f8fb;--card:#fff;--good:#137a4b;--bad:#b3261e;--wait:#8a5a00;--link:#1f5fd1}
        @media(prefers-color-scheme:dark){:root{--ink:#e8ecf4;--soft:#9aa5b8;--line:#2b3444;--back:#10151f;--card:#171e2b;--good:#4cc38a;--bad:#ff8a80;--wait:#f0b650;--link:#8ab4ff}}
        *{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
        a{color:var(--link);font-weight:600;text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}

        """;
}
