using System.Collections.Frozen;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>What a client's channels are set up with. Plain settings may be read back; secrets never.</summary>
internal static class SecretName
{
    public const string WhatsAppToken = "whatsappToken";
    public const string WhatsAppPhoneNumberId = "whatsappPhoneNumberId";
    public const string WhatsAppBusinessId = "whatsappBusinessId";
    public const string WhatsAppWebhookToken = "whatsappWebhookToken";
    public const string WhatsAppAppSecret = "whatsappAppSecret";
    public const string SmtpHost = "smtpHost";
    public const string SmtpPort = "smtpPort";
    public const string SmtpUser = "smtpUser";
    public const string SmtpPass = "smtpPass";
    public const string SmtpFrom = "smtpFrom";
    public const string SmtpSecurity = "smtpSecurity";
    public const string GoogleClientId = "googleClientId";
    public const string GoogleClientSecret = "googleClientSecret";
    public const string GoogleRefreshToken = "googleRefreshToken";
    public const string AutomationWebhookSecret = "automationWebhookSecret";
    public const string S3Endpoint = "s3Endpoint";
    public const string S3AccessKeyId = "s3AccessKeyId";
    public const string S3SecretAccessKey = "s3SecretAccessKey";
    public const string S3Bucket = "s3Bucket";

    /// <summary>The webhook secret before a rotation, while both sign. Not a name of the API.</summary>
    public const string PreviousWebhookSecret = "automationWebhookSecret.previous";

    /// <summary>The address of the client's own database. Not a name of the API: it has a route of its own.</summary>
    public const string DataSource = "dbUri";

    /// <summary>Who keeps everybody from the client's databases while they are moved, and until when. Not a name of the API.</summary>
    public const string MoveHold = "dbUri.hold";

    /// <summary>15-semantics, "Settings and secrets".</summary>
    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.Ordinal,
        WhatsAppPhoneNumberId,
        WhatsAppBusinessId,
        SmtpHost,
        SmtpPort,
        SmtpUser,
        SmtpFrom,
        SmtpSecurity,
        GoogleClientId,
        S3Endpoint,
        S3Bucket);

    public static IReadOnlyList<string> All { get; } =
    [
        WhatsAppToken,
        WhatsAppPhoneNumberId,
        WhatsAppBusinessId,
        WhatsAppWebhookToken,
        WhatsAppAppSecret,
        SmtpHost,
        SmtpPort,
        SmtpUser,
        SmtpPass,
        SmtpFrom,
        SmtpSecurity,
        GoogleClientId,
        GoogleClientSecret,
        GoogleRefreshToken,
        AutomationWebhookSecret,
        S3Endpoint,
        S3AccessKeyId,
        S3SecretAccessKey,
        S3Bucket,
    ];

    public static bool IsPlain(string name) => Plain.Contains(name);
}
