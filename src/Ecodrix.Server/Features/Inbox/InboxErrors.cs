using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Inbox;

internal static class InboxErrors
{
    public static readonly Error ConversationNotFound = Errors.NotFound with { Message = "There is no such conversation." };

    public static readonly Error ReplyNotFound = Errors.NotFound with { Message = "The message to be answered is not here, or has no id of the provider." };

    public static readonly Error InvalidPhone = new(400, "INVALID_PHONE", "The recipient is no possible phone number.");

    public static readonly Error WindowClosed = new(422, "WINDOW_CLOSED", "The person has not written within 24 hours, so WhatsApp takes templates only.", "Send templateName, or give a fallbackTemplate.");

    public static readonly Error TemplateInvalid = new(422, "TEMPLATE_INVALID", "The template cannot be sent as asked.");

    public static readonly Error NoConsent = Errors.Unprocessable with { Message = "The person has withdrawn the consent to be written to on WhatsApp.", Hint = "Only utility and authentication templates may still be sent." };

    public static readonly Error NotConfigured = Errors.NotConfigured with { Message = "WhatsApp is not configured for this client.", Hint = "The operator sets whatsappToken and whatsappPhoneNumberId." };

    public static Error Invalid(string problem) => TemplateInvalid with { Message = problem };
}
