namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A WhatsApp number of the Cloud API and the right to use it.</summary>
internal sealed record WhatsAppCredentials(string PhoneNumberId, string? BusinessId, string Token, string? AppSecret)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => $"WhatsApp number {PhoneNumberId}";
}

/// <summary>A Google account that gave its consent.</summary>
/// <param name="ClientId">Null when the operator's own OAuth client was used.</param>
internal sealed record GoogleCredentials(string? ClientId, string? ClientSecret, string RefreshToken)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => "Google account";
}
