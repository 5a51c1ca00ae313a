using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Contacts;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Decides whether a message that the API asked for may be queued, and as what.</summary>
internal sealed class MessageDrafting(WhatsAppChannel channel, ConversationBook conversations, TemplateFitting fitting, LeadDoor leads, ITenantClock clocks)
{
    /// <returns>The message, its id still to be given; or why not.</returns>
    public async Task<(Message? Draft, Error? Refusal)> DraftAsync(Caller caller, SendRequest request, CancellationToken cancellationToken)
    {
        var (phone, known, unknown) = await RecipientAsync(caller, request, cancellationToken);
        if (phone is null)
        {
            return (null, unknown);
        }

        var choice = await channel.ChooseAsync(caller.Tenant, cancellationToken);
        if (!choice.IsConfigured)
        {
            return (null, InboxErrors.NotConfigured);
        }

        var isOpen = known?.IsWindowOpenAt(clocks.Now(caller.Tenant)) is true;
        var template = request.Template ?? (isOpen ? null : request.Fallback);
        if (template is null && !isOpen)
        {
            return (null, InboxErrors.WindowClosed);
        }

        var fitted = template is null ? null : await fitting.FitAsync(caller.Database, template, choice.IsSandbox, cancellationToken);
        var lead = await leads.FindAsync(caller.Database, new LeadIdentity(null, phone, null), cancellationToken);
        var (replyTo, gone) = await ReplyAsync(caller.Database, request.ReplyTo, cancellationToken);
        if ((RefusalOf(fitted, lead) ?? gone) is { } refusal)
        {
            return (null, refusal);
        }

        var conversation = known ?? await conversations.FindOrMakeAsync(caller.Database, phone, lead?.FullName, lead?.Id, cancellationToken);
        var text = template is null ? request.Text : fitted!.Text;
        return (MessageOf(conversation, lead, template, choice.IsSandbox, clocks.Now(caller.Tenant)) with { Phone = phone, Text = text, PreviewUrl = request.PreviewUrl, ReplyTo = replyTo }, null);
    }

    private static Message MessageOf(Conversation conversation, Lead? lead, TemplateUse? template, bool isSandbox, DateTimeOffset now) => new()
    {
        Id = string.Empty,
        ConversationId = conversation.Id,
        LeadId = lead?.Id,
        Phone = string.Empty,
        Type = template is null ? "text" : "template",
        Template = template,
        Status = MessageStatus.Queued,
        SentBy = "api",
        Provider = isSandbox ? Providers.Sandbox : Providers.Meta,
        Sandboxed = isSandbox ? true : null,
        CreatedAt = now,
    };

    private static Error? RefusalOf(FittedTemplate? fitted, Lead? lead) =>
        fitted?.Problem is { } problem ? InboxErrors.Invalid(problem)
        : lead?.Consent.HasWithdrawnWhatsapp() is true && !Consent.IsAskedFor(fitted?.Template?.Category) ? InboxErrors.NoConsent
        : null;

    private async Task<(string? Phone, Conversation? Known, Error? Refusal)> RecipientAsync(Caller caller, SendRequest request, CancellationToken cancellationToken)
    {
        if (request.ConversationId is { } id)
        {
            var conversation = await caller.Database.Documents<Conversation>().FindAsync(id, cancellationToken);
            return conversation?.Phone is { } written ? (written, conversation, null) : (null, null, InboxErrors.ConversationNotFound);
        }

        return PhoneNumber.TryNormalise(request.To, caller.Client.Region, out var phone)
            ? (phone, await conversations.FindAsync(caller.Database, phone, cancellationToken), null)
            : (null, null, InboxErrors.InvalidPhone);
    }

    private static async Task<(string? Wamid, Error? Refusal)> ReplyAsync(ITenantDatabase database, string? messageId, CancellationToken cancellationToken)
    {
        if (messageId is null)
        {
            return (null, null);
        }

        var answered = await database.Documents<Message>().FindAsync(messageId, cancellationToken);
        return answered?.Wamid is { } wamid ? (wamid, null) : (null, InboxErrors.ReplyNotFound);
    }
}
