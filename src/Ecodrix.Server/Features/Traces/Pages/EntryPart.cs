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

        page.Raw("<h3>").Text(entry.Title);
        if (entry.Source is TraceSource.Recomputed)
        {
            page.Raw("<span class=\"tag\">worked out just now</span>");
        }

        page.Raw("</h3>").Element("<p>", entry.Note, "</p>");
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

        page.Element("<p class=\"error\">", told.Error, "</p>").Raw("<dl>").Row("Phone", told.Phone).Row("Email", told.Email).Row("Due", Written(told.RunAt))
            .Row("Repeats", told.ReplayOf).Row("Led to by", told.CausedBy).Raw("</dl>").Folded("Its variables", Json(told.Variables)).Folded("Its data", Json(told.Data));
    }

    private static void Rule(PageWriter page, TracedRule? rule)
    {
        if (rule is not null)
        {
            page.Element("<p>Because: ", rule.Reason, "</p>");
        }
    }

    private static void Step(PageWriter page, TracedStep? step)
    {
        if (step is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", step.Error is null || step.ErrorCode is null ? step.Error : $"{step.ErrorCode}: {step.Error}", "</p>");
        page.Element("<p>Held: ", step.HeldFor, "</p>");
        foreach (var warning in step.Warnings)
        {
            page.Element("<p>Warning: ", warning, "</p>");
        }

        page.Raw("<dl>").Row("Attempts", step.Attempts > 1 ? step.Attempts.ToString(CultureInfo.InvariantCulture) : null).Raw("</dl>").Folded("Its result", Json(step.Result));
    }

    private static void Effect(PageWriter page, TracedEffect? effect)
    {
        if (effect is null)
        {
            return;
        }

        page.Element("<p class=\"error\">", effect.Error is null ? null : $"{effect.ErrorCode}: {effect.Error}", "</p>")
            .Raw("<dl>").Row("To", effect.To).Row("Subject", effect.Subject).Row("Meet link", effect.MeetLink).Row("Provider's id", effect.ProviderId).Raw("</dl>")
            .Element("<blockquote>", effect.Text ?? Masking.MaskedTrace.Plain(effect.Html), "</blockquote>").Folded("Its template", Json(effect.Template));
    }

    private static void Callback(PageWriter page, TracedCallback? callback)
    {
        if (callback is null)
        {
            return;
        }

        page.Element("<p>Held: ", callback.HeldFor, "</p>").Raw("<dl>").Row("To", callback.Url)
            .Row("Size", callback.BodyBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : null)
            .Row("Next attempt", Written(callback.NextAttemptAt)).Raw("</dl>").Folded("Its body", callback.Body);
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
            page.Raw("<details><summary>What was signed</summary><dl>").Row("webhook-id", signed.WebhookId).Row("webhook-timestamp", signed.WebhookTimestamp).Raw("</dl>")
                .Element("<p><code>webhook-signature</code> is made over</p><pre>", signed.WebhookSignature, "</pre>")
                .Element("<p><code>x-ecodrix-signature</code> is made over</p><pre>", signed.LegacySignature, "</pre>").Raw("</details>");
        }
    }

    private static string? Written(DateTimeOffset? at) => at is { } known ? Instants.Write(known) : null;

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
