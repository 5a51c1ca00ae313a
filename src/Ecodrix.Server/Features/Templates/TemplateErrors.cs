using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Templates;

internal static class TemplateErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such template.", Hint = "POST /api/saas/chat/templates/sync fetches what Meta has." };

    public static readonly Error NotConfigured = Errors.NotConfigured with { Message = "WhatsApp is not configured for this client.", Hint = "The operator sets whatsappToken, whatsappPhoneNumberId and whatsappBusinessId." };

    /// <summary>By its code alone: a provider's own words may repeat what it was sent, the token included.</summary>
    public static Error Upstream(string code) => Errors.UpstreamFailed with { Message = $"Meta refused or failed ({code})." };
}
