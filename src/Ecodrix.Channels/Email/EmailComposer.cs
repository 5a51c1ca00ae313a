using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace Ecodrix.Channels.Email;

/// <summary>Makes the MIME message, or refuses what would let a value write headers of its own. Pure.</summary>
internal static class EmailComposer
{
    private static readonly ParserOptions Strict = new() { AddressParserComplianceMode = RfcComplianceMode.Strict, AllowAddressesWithoutDomain = false };

    public static (MimeMessage? Mail, DeliveryResult.Refused? Refused) Compose(SmtpAccount account, EmailMessage message)
    {
        if (WhyRefused(message) is { } refused)
        {
            return (null, refused);
        }

        if (!TryMailbox(account.From, out var from))
        {
            return (null, new DeliveryResult.Refused("NOT_CONFIGURED", "The account's from is not an email address.") { Reach = RefusalReach.Account, Parameter = "from" });
        }

        if (!TryMailbox(message.To, out var to))
        {
            return (null, new DeliveryResult.Refused("INVALID_EMAIL", "The recipient is not an email address.") { Reach = RefusalReach.Recipient, Parameter = "to" });
        }

        var mail = new MimeMessage { Subject = message.Subject, MessageId = MessageId(message.EffectKey, from) };
        mail.From.Add(from);
        mail.To.Add(to);
        if (message.ReplyTo is { } replyTo)
        {
            if (!TryMailbox(replyTo, out var reply))
            {
                return (null, Invalid("replyTo", "is not an email address."));
            }

            mail.ReplyTo.Add(reply);
        }

        foreach (var (name, value) in message.Headers)
        {
            mail.Headers.Replace(name, value);
        }

        mail.Body = new BodyBuilder { HtmlBody = message.Html, TextBody = message.Text ?? (message.Html is { } html ? PlainText.Of(html) : "") }.ToMessageBody();
        return (mail, null);
    }

    /// <summary>The same effect has the same id in every attempt; it tells nobody outside what the key was.</summary>
    internal static string MessageId(string effectKey, MailboxAddress from) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(effectKey)).AsSpan(0, 16))}@{from.GetAddress(idnEncode: true).Split('@')[^1]}";

    private static DeliveryResult.Refused? WhyRefused(EmailMessage message)
    {
        (string Field, string? Value)[] fields = [("to", message.To), ("subject", message.Subject), ("replyTo", message.ReplyTo)];
        foreach (var (field, value) in fields)
        {
            if (BreaksHeader(value))
            {
                return Invalid(field, "has a line break.");
            }
        }

        foreach (var (name, value) in message.Headers)
        {
            if (BreaksHeader(value) || name.Length is 0 || name.Any(letter => letter is <= ' ' or ':' or > '~'))
            {
                return Invalid("headers", "has a header that is not one.");
            }
        }

        return message.Html is null && message.Text is null ? Invalid("html", "is missing, and so is the text.") : null;
    }

    private static bool BreaksHeader(string? value) => value is not null && value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0;

    private static DeliveryResult.Refused Invalid(string field, string why) => new("VALIDATION_ERROR", $"The mail's {field} {why}") { Parameter = field };

    private static bool TryMailbox(string text, out MailboxAddress mailbox)
    {
        if (!BreaksHeader(text) && MailboxAddress.TryParse(Strict, text, out mailbox!) && mailbox.Domain is { Length: > 0 })
        {
            return true;
        }

        mailbox = null!;
        return false;
    }
}
