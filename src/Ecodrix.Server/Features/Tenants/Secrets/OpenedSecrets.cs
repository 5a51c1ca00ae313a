using System.Collections.Concurrent;
using System.Globalization;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Email;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A client's secrets, each opened when it is asked for, so that a broken one harms no other. Says nothing of itself.</summary>
internal sealed class OpenedSecrets(SecretSet stored, Vault vault)
{
    private readonly ConcurrentDictionary<string, string> opened = new(StringComparer.Ordinal);

    private const int SubmissionPort = 587;

    private const int ImplicitTlsPort = 465;

    public DateTimeOffset? PreviousWebhookSecretUntil => stored.PreviousWebhookSecretUntil;

    /// <summary>Null while the number or its token is missing.</summary>
    public WhatsAppCredentials? WhatsApp =>
        Find(SecretName.WhatsAppPhoneNumberId) is { } number && Find(SecretName.WhatsAppToken) is { } token
            ? new WhatsAppCredentials(number, Find(SecretName.WhatsAppBusinessId), token, Find(SecretName.WhatsAppAppSecret))
            : null;

    /// <summary>Null while the host or the sender is missing.</summary>
    public SmtpAccount? Smtp =>
        Find(SecretName.SmtpHost) is { } host && Find(SecretName.SmtpFrom) is { } from
            ? new SmtpAccount(host, SmtpPort, Find(SecretName.SmtpUser), Find(SecretName.SmtpPass), from, SmtpSecurity)
            : null;

    /// <summary>Null while nobody gave consent.</summary>
    public GoogleCredentials? Google =>
        Find(SecretName.GoogleRefreshToken) is { } token
            ? new GoogleCredentials(Find(SecretName.GoogleClientId), Find(SecretName.GoogleClientSecret), token)
            : null;

    private SmtpSecurity SmtpSecurity => Find(SecretName.SmtpSecurity) switch
    {
        "none" => SmtpSecurity.None,
        "starttls" => SmtpSecurity.StartTls,
        "tls" => SmtpSecurity.Tls,
        _ => SmtpSecurity.Auto,
    };

    private int SmtpPort => GivenSmtpPort ?? (SmtpSecurity is SmtpSecurity.Tls ? ImplicitTlsPort : SubmissionPort);

    private int? GivenSmtpPort => Find(SecretName.SmtpPort) is { } port ? int.Parse(port, CultureInfo.InvariantCulture) : null;

    public bool Has(string name) => stored.Sealed.ContainsKey(name);

    /// <exception cref="SealBrokenException">It is there and cannot be read.</exception>
    public string? Find(string name) =>
        stored.Sealed.TryGetValue(name, out var sealedText)
            ? opened.GetOrAdd(name, static (key, box) => box.vault.Open(box.client, key, box.sealedText), (vault, client: stored.Id, sealedText))
            : null;

    public bool IsRotatingAt(DateTimeOffset now) => stored.PreviousWebhookSecretUntil > now && Has(SecretName.PreviousWebhookSecret);

    /// <summary>Null when there is none, which is so for an erased client only.</summary>
    public CallbackSecrets? WebhookSecretsAt(DateTimeOffset now) =>
        Find(SecretName.AutomationWebhookSecret) is { } current
            ? new CallbackSecrets(current, IsRotatingAt(now) ? Find(SecretName.PreviousWebhookSecret) : null)
            : null;
}
