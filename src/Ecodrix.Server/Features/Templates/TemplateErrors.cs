using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Templates;

internal static class TemplateErrors
{
    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such template.", Hint = "POST /api/saas/chat/templates/sync fetches what Meta has." };

    public static readonly Error NotConfigured = Errors.NotConfigured with { Message = "WhatsApp is not configured for this client.", Hint = "The operator sets whatsappToken, whatsappPhoneNumberId and whatsappBusinessId." };

    public static Error Upstream(string code, string why) => Errors.UpstreamFailed with { Message = $"Meta: {why} ({code})" };
}
