using System.Globalization;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Traces.Pages;

/// <summary>What happened, as a page that a person reads on a phone without being told how. No script, nothing loaded.</summary>
internal static class TracePage
{
    /// <param name="token">As it was asked for, for the JSON beside the page.</param>
    public static HtmlPage Of(LinkedTrace trace, string token)
    {
        var view = trace.View;
        var page = new PageWriter(trace.Zone)
            .Raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>What happened: ")
            .Text(view.Title).Raw("</title><style>").Raw(TraceStyle.Css).Raw("</style></head><body><main>");
        Head(page, trace);
        Waits(page, view);
        page.Raw("<h2>What happened, in order</h2><ol>");
        DateTime? day = null;
        foreach (var entry in view.Entries)
        {
            day = Day(page, entry.At, day, trace.Zone);
            EntryPart.Write(page, entry, trace.Zone);
        }

        page.Raw("</ol>");
        Foot(page, trace, token);
        return new HtmlPage(page.Raw("</main></body></html>").ToString(), TraceStyle.Source);
    }

    private static void Head(PageWriter page, LinkedTrace trace)
    {
        var view = trace.View;
        page.Raw("<p class=\"eyebrow\">").Text(trace.Client).Raw(" · what happened</p><h1>").Text(view.Title).Raw("</h1><span class=\"state ").Raw(ClassOf(view.Tone)).Raw("\">")
            .Raw(view.Tone switch { TraceTone.Bad => "Something failed", TraceTone.Waiting => "Not finished yet", _ => "All went well" }).Raw("</span>");
        if (view.Mode is "test")
        {
            page.Raw("<span class=\"state neutral\">Test mode: messages stay in the sandbox</span>");
        }

        page.Sentence("<p class=\"summary\">", view.Summary, "</p>");
    }

    private static void Waits(PageWriter page, TraceView view)
    {
        if (view.WaitsFor.Count == 0)
        {
            page.Raw("<div class=\"box done\"><p>Nothing is left to do.</p></div>");
            return;
        }

        page.Raw("<div class=\"box\"><p><b>What it waits for</b></p>");
        foreach (var wait in view.WaitsFor)
        {
            page.Sentence("<p>", wait.Sentence, "</p>");
        }

        page.Raw("</div>");
    }

    /// <summary>A heading where a day begins, as the client's people count days.</summary>
    private static DateTime? Day(PageWriter page, DateTimeOffset? at, DateTime? before, TimeZoneInfo zone)
    {
        var today = at is { } known ? TimeZoneInfo.ConvertTime(known, zone).Date : before;
        if (today is not { } begun || begun == before)
        {
            return before;
        }

        page.Raw("<li class=\"day\">").Text(begun.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture)).Raw("</li>");
        return begun;
    }

    private static void Foot(PageWriter page, LinkedTrace trace, string token)
    {
        var view = trace.View;
        page.Raw("<footer>");
        foreach (var left in view.LeftOut)
        {
            page.Element("<p>", left, "</p>");
        }

        page.Raw("<p>Personal data is hidden here (").Text(Masking.Mask.Hidden).Raw("). Whoever holds an API key sees everything, with the very bytes that were sent and signed: <code>GET /api/saas/trace/")
            .Text(view.Id).Raw("</code></p><p>Times are those of ").Text(trace.Zone.Id).Raw(". This link holds until ").Text(page.Local(trace.ExpiresAt))
            .Raw(". <a href=\"").Text($"{TraceDoor.Path}/{token}.json").Raw("\">The same as JSON</a></p></footer>");
    }

    public static string ClassOf(TraceTone tone) => tone switch
    {
        TraceTone.Good => "good",
        TraceTone.Bad => "bad",
        TraceTone.Waiting => "waiting",
        _ => "neutral",
    };
}
