namespace Ecodrix.Channels.WhatsApp;

/// <summary>One business phone number and the right to use it.</summary>
/// <param name="BaseUrl">The Graph API with its version, such as <c>https://graph.facebook.com/v24.0</c>. The token goes to this host only.</param>
/// <param name="BusinessId">The WhatsApp business account, which owns the templates.</param>
public sealed record WhatsAppAccount(Uri BaseUrl, string PhoneNumberId, string BusinessId, string Token)
{
    /// <summary>The number's throughput level, where it is known to differ from the usual.</summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>Names no secret.</summary>
    public override string ToString() => $"WhatsApp number {PhoneNumberId}";

    internal Uri Under(string path) => new($"{BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    internal void Authorise(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
}
