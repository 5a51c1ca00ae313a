using System.Net;
using System.Net.Mail;
using System.Text.Json;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Which form each setting must have. Pure: a value goes in, its text or what is wrong with it comes out.</summary>
internal static class SecretForms
{
    private const int MaxLength = 4096;

    private const int MaxPort = 65_535;

    private static readonly string[] Securities = ["auto", "none", "starttls", "tls"];

    /// <param name="value">A text; a port may be a number too.</param>
    public static SecretForm Read(string name, JsonElement value)
    {
        if (TextOf(name, value) is not { } text)
        {
            return SecretForm.Wrong("must be a text");
        }

        if (text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal))
        {
            return SecretForm.Wrong($"must have 1 to {MaxLength:N0} characters and no control characters; null deletes it");
        }

        return ProblemOf(name, text) is { } problem ? SecretForm.Wrong(problem) : SecretForm.Right(text);
    }

    private static string? TextOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when name is SecretName.SmtpPort => value.GetRawText(),
        _ => null,
    };

    private static string? ProblemOf(string name, string text) => name switch
    {
        SecretName.WhatsAppPhoneNumberId or SecretName.WhatsAppBusinessId =>
            Unless(text.Length <= 32 && text.All(char.IsAsciiDigit), "must be the id that Meta shows: 1 to 32 digits"),
        SecretName.SmtpHost =>
            Unless(text.Length <= 253 && Uri.CheckHostName(text) is not UriHostNameType.Unknown, "must be a host name, such as smtp.example.com"),
        SecretName.SmtpPort =>
            Unless(IsPort(text), "must be a port from 1 to 65535"),
        SecretName.SmtpSecurity =>
            Unless(Securities.Contains(text, StringComparer.Ordinal), "must be one of auto, none, starttls, tls"),
        SecretName.SmtpFrom =>
            Unless(MailAddress.TryCreate(text, out _), "must be an e-mail address, such as hello@example.com or Example <hello@example.com>"),
        SecretName.S3Endpoint =>
            Unless(IsWebAddress(text), "must be an http or https address without user information, query or fragment"),
        SecretName.S3Bucket =>
            Unless(text.Length is >= 3 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'), "must be a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens"),
        SecretName.AutomationWebhookSecret =>
            Unless(text.Length <= 200, "must have at most 200 characters"),
        SecretName.WhatsAppToken or SecretName.GoogleRefreshToken or SecretName.S3AccessKeyId or SecretName.S3SecretAccessKey =>
            Unless(!text.AsSpan().ContainsAnyExceptInRange('!', '~'), "must not contain spaces or characters outside ASCII"),
        _ => null,
    };

    private static string? Unless(bool right, string problem) => right ? null : problem;

    private static bool IsPort(string text) =>
        ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port is > IPEndPoint.MinPort and <= MaxPort;

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme is "http" or "https")
        && address.UserInfo.Length == 0
        && address.Query.Length == 0
        && address.Fragment.Length == 0;
}

/// <param name="Text">Null when the value is wrong.</param>
/// <param name="Problem">Null when it is right; never contains the value.</param>
internal readonly record struct SecretForm(string? Text, string? Problem)
{
    public static SecretForm Right(string text) => new(text, null);

    public static SecretForm Wrong(string problem) => new(null, problem);
}
