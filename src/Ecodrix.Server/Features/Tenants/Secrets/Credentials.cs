namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A WhatsApp number of the Cloud API and the right to use it.</summary>
internal sealed record WhatsAppCredentials(string PhoneNumberId, string? BusinessId, string Token, string? AppSecret)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => $"WhatsApp number {PhoneNumberId}";
}

/// <summary>A mail account.</summary>
/// <param name="Security"><c>none</c>, <c>starttls</c> or <c>tls</c>.</param>
internal sealed record SmtpCredentials(string Host, int Port, string Security, string From, string? User, string? Password)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => $"SMTP {Host}:{Port}";
}

/// <summary>A Google account that gave its consent.</summary>
/// <param name="ClientId">Null when the operator's own OAuth client was used.</param>
internal sealed record GoogleCredentials(string? ClientId, string? ClientSecret, string RefreshToken)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => "Google account";
}

/// <summary>What signs a client's callbacks. Live and test share it.</summary>
/// <param name="Previous">The one before a rotation, as long as its overlap lasts; else null.</param>
internal sealed record WebhookSecrets(string Current, string? Previous)
{
    /// <summary>The one for <c>x-ecodrix-signature</c>, which can hold one only: the previous until the overlap ends.</summary>
    public string Single => Previous ?? Current;

    /// <summary>All for <c>webhook-signature</c>.</summary>
    public IReadOnlyList<string> Every => Previous is null ? [Current] : [Current, Previous];

    /// <summary>Names no secret.</summary>
    public override string ToString() => "Webhook secret";
}
