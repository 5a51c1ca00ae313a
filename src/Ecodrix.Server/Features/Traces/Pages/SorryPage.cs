using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Traces.Pages;

/// <summary>Says in plain words why a link shows nothing, and what to do.</summary>
internal static class SorryPage
{
    public static HtmlPage Of(Error refusal)
    {
        var page = new PageWriter(TimeZoneInfo.Utc)
            .Raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>")
            .Text(refusal.Message).Raw("</title><style>").Raw(TraceStyle.Css).Raw("</style></head><body><main><p class=\"eyebrow\">ECODrIx</p><h1>")
            .Text(refusal.Message).Raw("</h1>").Element("<p>", refusal.Hint, "</p>").Raw("</main></body></html>");
        return new HtmlPage(page.ToString(), TraceStyle.Source) { Status = refusal.Status };
    }
}
