using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Traces.Pages;

/// <summary>What the trace page looks like: one column that a phone shows whole, a line through time, a colour for how each thing went.</summary>
internal static class TraceStyle
{
    public const string Css = PageStyle.Base + """
        main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
        .eyebrow{margin:0;color:var(--soft);font-size:.85rem}
        h1{margin:.1rem 0 .6rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{margin:2rem 0 .75rem;font-size:1.05rem}
        .state{display:inline-block;margin:0 .35rem .35rem 0;padding:.1rem .65rem;border:1px solid currentColor;border-radius:2rem;font-size:.85rem;font-weight:600}
        .good{color:var(--good)}.bad{color:var(--bad)}.waiting{color:var(--wait)}.neutral{color:var(--soft)}
        .summary{margin:.4rem 0 0;font-size:1.05rem}
        .box{margin:1.25rem 0 0;padding:.85rem 1rem;border:1px solid var(--line);border-left:.25rem solid var(--wait);border-radius:.5rem;background:var(--card)}
        .box p{margin:0;overflow-wrap:anywhere}.box p+p{margin-top:.4rem}.done{border-left-color:var(--good)}
        ol{list-style:none;margin:0;padding:0}
        .day{margin:1rem 0 .4rem;color:var(--soft);font-size:.85rem;font-weight:600}
        .entry{position:relative;padding:0 0 1.1rem 1.4rem;border-left:2px solid var(--line);margin-left:.4rem}
        .entry:last-child{border-left-color:transparent}
        .entry::before{content:"";position:absolute;left:-.45rem;top:.45rem;width:.75rem;height:.75rem;border:2px solid var(--back);border-radius:50%;background:currentColor}
        .entry>*{color:var(--ink)}
        .entry time,.entry .later{display:block;color:var(--soft);font:.8rem/1.4 ui-monospace,monospace}
        .entry h3{margin:0;font-size:1rem;font-weight:600;line-height:1.4;overflow-wrap:anywhere}
        .entry p{margin:.25rem 0 0;overflow-wrap:anywhere;unicode-bidi:isolate}
        .entry p.error{color:var(--bad)}
        .tag{display:inline-block;margin-left:.4rem;padding:0 .45rem;border:1px solid var(--line);border-radius:1rem;color:var(--soft);font-size:.75rem;font-weight:400;white-space:nowrap}
        dl{display:grid;grid-template-columns:minmax(5.5rem,max-content) 1fr;gap:.1rem .75rem;margin:.35rem 0 0;font-size:.9rem}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;unicode-bidi:isolate}
        blockquote{margin:.45rem 0 0;padding:.6rem .8rem;border-radius:.2rem .8rem .8rem .8rem;background:var(--card);border:1px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
        details{margin-top:.4rem;font-size:.9rem}summary{cursor:pointer;color:var(--link);font-weight:600}
        pre{margin:.35rem 0 .6rem;padding:.6rem .8rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);font:.8rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
        code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}
        footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}footer p{margin:.3rem 0 0;overflow-wrap:anywhere}

        """;

    public static readonly string Source = HtmlPage.StyleSource(Css);
}
