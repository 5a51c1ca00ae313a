using Ecodrix.Channels;
using Ecodrix.Channels.Email;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Email;

/// <summary>A tenant's way to the mail: its own server, or the sandbox.</summary>
internal sealed class EmailChannel(SecretsDoor secrets, EmailSender sender, SandboxChannels sandbox, IAccountNews accounts, Settings settings)
{
    public async ValueTask<ChannelChoice<SmtpAccount>> ChooseAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ChannelChoice<SmtpAccount>.Of(tenant, await secrets.FindSmtpAsync(tenant, cancellationToken), settings);

    /// <summary>Sends a mail under its own id, of which its <c>Message-ID</c> is made.</summary>
    /// <param name="before">Asked before anything reaches the mail server; the sandbox does not ask.</param>
    public async Task<DeliveryResult> SendAsync(ChannelChoice<SmtpAccount> choice, Mail mail, BeforeSending before, CancellationToken cancellationToken)
    {
        if (choice.Account is not { } account)
        {
            return await sandbox.SendEmailAsync(mail.To, mail.Id, cancellationToken);
        }

        var message = new EmailMessage(mail.To, mail.Subject, mail.Id) { Html = mail.Html, Text = mail.Text };
        return accounts.Heard(choice.Tenant, ChannelHealth.Email, await sender.SendAsync(account, message, before, cancellationToken));
    }
}
