using System.Net;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Features.Traces.Masking;

/// <summary>A trace without what is personal in it: who passes it on gives nobody away. Pure.</summary>
internal static partial class MaskedTrace
{
    public static TraceView Of(TraceView view, Mask mask)
    {
        var own = view.Entries.Where(entry => entry.Callback is { IsReport: true }).Select(entry => entry.Callback!.CallbackLogId).ToHashSet(StringComparer.Ordinal);
        return view with
        {
            Masked = true,
            WaitsFor = [.. view.WaitsFor.Select(wait => wait with { Sentence = mask.Text(wait.Sentence)! })],
            Entries = [.. view.Entries.Select(entry => Of(entry, mask, own))],
        };
    }

    private static TraceEntry Of(TraceEntry entry, Mask mask, HashSet<string> own) => entry with
    {
        Note = mask.Text(entry.Note),
        Event = entry.Event is not { } told ? null : told with
        {
            Phone = Mask.Phone(told.Phone),
            Email = Mask.Recipient(told.Email),
            Variables = MaskedJson.Of(told.Variables),
            Data = MaskedJson.Of(told.Data),
            Error = mask.Text(told.Error),
        },
        Rule = entry.Rule is not { } rule ? null : rule with { Reason = mask.Text(rule.Reason) },
        Step = entry.Step is not { } step ? null : step with
        {
            Result = MaskedJson.OfResult(step.Result),
            Warnings = [.. step.Warnings.Select(warning => mask.Text(warning)!)],
            HeldFor = mask.Text(step.HeldFor),
            Error = mask.Text(step.Error),
        },
        Effect = entry.Effect is not { } effect ? null : Of(effect, mask),
        Callback = entry.Callback is not { } callback ? null : callback with
        {
            Url = Mask.Url(callback.Url)!,
            Body = MaskedJson.OfBody(callback.Body, own.Contains(callback.CallbackLogId)),
            HeldFor = mask.Text(callback.HeldFor),
        },
        Attempt = entry.Attempt is not { } attempt ? null : attempt with
        {
            Error = mask.Text(attempt.Error),
            Answer = mask.Text(attempt.Answer),
            Signed = Of(attempt.Signed, own),
        },
    };

    private static TracedEffect Of(TracedEffect effect, Mask mask) => effect with
    {
        To = Mask.Recipient(effect.To),
        Subject = mask.Text(effect.Subject),
        Text = mask.Text(effect.Text ?? Plain(effect.Html)),
        Html = null,
        Template = MaskedJson.OfTemplate(effect.Template),
        MeetLink = Mask.Url(effect.MeetLink),
        // Meta writes the phone number into its id.
        ProviderId = effect.Channel is "whatsapp" ? Mask.Whole(effect.ProviderId) : effect.ProviderId,
        Error = mask.Text(effect.Error),
    };

    private static SignedStrings? Of(SignedStrings? signed, HashSet<string> own)
    {
        if (signed is not { LegacySignature: { } body })
        {
            return signed is null ? null : signed with { WebhookSignature = null };
        }

        var hidden = MaskedJson.OfBody(body, own.Contains(signed.WebhookId));
        return signed with { WebhookSignature = $"{signed.WebhookId}.{signed.WebhookTimestamp}.{hidden}", LegacySignature = hidden };
    }

    /// <summary>What a person reads of a mail: its source could hide a name between two elements.</summary>
    public static string? Plain(string? html) => html is null ? null : WebUtility.HtmlDecode(Tags().Replace(Ends().Replace(html, "\n"), "")).Trim();

    [GeneratedRegex(@"\s*(?:</(?:p|div|h\d|li|tr|table)>|<br[^>]*>)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Ends();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tags();
}
