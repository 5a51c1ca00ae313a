using System.Text.Json;
using Ecodrix.Channels;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>A tenant's way to WhatsApp: its own number, or the sandbox.</summary>
internal sealed class WhatsAppChannel(SecretsDoor secrets, WhatsAppSender sender, IAccountNews accounts, Settings settings)
{
    public async ValueTask<ChannelChoice<WhatsAppAccount>> ChooseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = await secrets.FindWhatsAppAsync(tenant, cancellationToken);
        var account = found is null ? null : new WhatsAppAccount(settings.MetaBaseUrl, found.PhoneNumberId, found.BusinessId ?? string.Empty, found.Token);
        return ChannelChoice<WhatsAppAccount>.Of(tenant, account, settings);
    }

    /// <summary>Sends a message under its own id, which comes back in what the provider tells of it later.</summary>
    /// <param name="before">Asked before anything reaches the provider; the sandbox does not ask.</param>
    /// <param name="definition">The template as last synced; null leaves the judgement to the provider.</param>
    public async Task<DeliveryResult> SendAsync(
        ChannelChoice<WhatsAppAccount> choice, Message message, WhatsAppTemplate? definition, BeforeSending before, CancellationToken cancellationToken)
    {
        if (choice.Account is not { } account)
        {
            return SandboxChannels.SendWhatsApp(message.Phone, message.Id);
        }

        var wire = new WhatsAppMessage(new WhatsAppRecipient(message.Phone), ContentOf(message, definition), message.Id) { ReplyTo = message.ReplyTo };
        return accounts.Heard(choice.Tenant, ChannelHealth.WhatsApp, await sender.SendAsync(account, wire, before, cancellationToken));
    }

    private static WhatsAppContent ContentOf(Message message, WhatsAppTemplate? definition)
    {
        if (message.Template is not { } template)
        {
            return new WhatsAppContent.Text(message.Text ?? string.Empty, message.PreviewUrl);
        }

        TemplateVariables.TryRead(template.Variables ?? default(JsonElement), out var variables, out _);
        return new WhatsAppContent.Template(template.Name, template.Language, variables) { Definition = definition };
    }
}
