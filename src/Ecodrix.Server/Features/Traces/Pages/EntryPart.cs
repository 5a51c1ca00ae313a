using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Pages;

/// <summary>One entry of the page: when, what, and what there is to know about it.</summary>
internal static class EntryPart
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(PageWriter page, TraceEntry entry, TimeZoneInfo zone)
    {
        page.Raw("<li class=\"entry ").Raw(TracePage.ClassOf(entry.Tone)).Raw("\">");
        if (entry.At is { } at)
        {
            page.Raw("<time datetime=\"").Text(Instants.Write(at)).Raw("\">").Text(TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Raw("</time>");
        }
        else
        {
            page.Raw("<span class=\"later\">later</span>");
        }

        page.Sentence("<h3>", entry.Title, "");
        if (entry.Source is TraceSource.Recomputed)
        {
            page.Raw("<span class=\"tag\">worked out just now</span>");
        }

        page.Raw("</h3>").Sentence("<p>", entry.Note, "</p>");
        Event(page, entry.Event);
        Rule(page, entry.Rule);
        Step(page, entry.Step);
        Effect(page, entry.Effect);
        Callback(page, entry.Callback);
        Attempt(page, entry.Attempt);
        page.Raw("</li>");
    }

    private static void Event(PageWriter page, TracedEvent? told)
    {
        if (told is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", told.Error, "</p>")
            .Rows(("Phone", told.Phone), ("Email", told.Email), ("Due", At(page, told.RunAt)), ("Repeats", told.ReplayOf), ("Led to by", told.CausedBy))
            .Folded("Its variables", Json(told.Variables)).Folded("Its data", Json(told.Data));
    }

    private static void Rule(PageWriter page, TracedRule? rule)
    {
        if (rule is not null)
        {
            page.Sentence("<p>Because: ", rule.Reason, "</p>");
        }
    }

    private static void Step(PageWriter page, TracedStep? step)
    {
        if (step is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", step.Error is null || step.ErrorCode is null ? step.Error : $"{step.ErrorCode}: {step.Error}", "</p>");
        page.Sentence("<p>Held: ", step.HeldFor, "</p>");
        foreach (var warning in step.Warnings)
        {
            page.Element("<p>Warning: ", warning, "</p>");
        }

        page.Rows(("Attempts", step.Attempts > 1 ? step.Attempts.ToString(CultureInfo.InvariantCulture) : null)).Folded("Its result", Json(step.Result));
    }

    private static void Effect(PageWriter page, TracedEffect? effect)
    {
        if (effect is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", effect.Error is null ? null : $"{effect.ErrorCode}: {effect.Error}", "</p>")
            .Rows(("To", effect.To), ("Subject", effect.Subject), ("Meet link", effect.MeetLink), ("Provider's id", effect.ProviderId is Masking.Mask.Hidden ? null : effect.ProviderId))
            .Element("<blockquote>", effect.Text ?? Masking.MaskedTrace.Plain(effect.Html), "</blockquote>").Folded("Its template", Json(effect.Template));
    }

    private static void Callback(PageWriter page, TracedCallback? callback)
    {
        if (callback is null)
        {
            return;
        }

        page.Sentence("<p>Held: ", callback.HeldFor, "</p>")
            .Rows(
                ("To", callback.Url),
                ("Size", callback.BodyBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : null),
                ("Next attempt", At(page, callback.NextAttemptAt)))
            .Folded("Its body", callback.Body);
    }

    private static void Attempt(PageWriter page, TracedAttempt? attempt)
    {
        if (attempt is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", attempt.Error, "</p>").Folded("What the receiver answered", attempt.Answer);
        if (attempt.Signed is { } signed)
        {
            page.Raw("<details><summary>What was signed</summary>").Rows(("webhook-id", signed.WebhookId), ("webhook-timestamp", signed.WebhookTimestamp))
                .Element("<p><code>webhook-signature</code> is made over</p><pre>", signed.WebhookSignature, "</pre>")
                .Element("<p><code>x-ecodrix-signature</code> is made over</p><pre>", signed.LegacySignature, "</pre>").Raw("</details>");
        }
    }

    private static string? At(PageWriter page, DateTimeOffset? at) => at is { } known ? page.Local(known) : null;

    private static string? Json(JsonElement? json)
    {
        if (json is not { } value)
        {
            return null;
        }

        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
