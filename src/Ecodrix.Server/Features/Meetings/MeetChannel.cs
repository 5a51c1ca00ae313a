using Ecodrix.Channels;
using Ecodrix.Channels.Meet;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>A tenant's way to meetings: its own Google calendar, or the sandbox.</summary>
internal sealed class MeetChannel(SecretsDoor secrets, GoogleCalendar calendar, SandboxChannels sandbox, IAccountNews accounts, Settings settings)
{
    public async ValueTask<ChannelChoice<GoogleAccount>> ChooseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = await secrets.FindGoogleAsync(tenant, cancellationToken);
        var account = (found?.ClientId ?? settings.GoogleClientId, found?.ClientSecret ?? settings.GoogleClientSecret) is ({ } id, { } secret) && found is not null
            ? new GoogleAccount(id, secret, found.RefreshToken)
            : null;
        return ChannelChoice<GoogleAccount>.Of(tenant, account, settings);
    }

    /// <summary>Makes the meeting under its own id. Asking again finds what was made.</summary>
    public async Task<DeliveryResult> MakeAsync(ChannelChoice<GoogleAccount> choice, Meeting meeting, CancellationToken cancellationToken)
    {
        if (choice.Account is not { } account)
        {
            return new MeetingCreated(meeting.Id, sandbox.MeetLink(meeting.Id), HtmlLink: null);
        }

        var request = new MeetingRequest(meeting.Id, meeting.Title, meeting.StartTime, meeting.EndTime, meeting.TimeZone) { Attendees = meeting.Attendees };
        return accounts.Heard(choice.Tenant, ChannelHealth.Meet, await calendar.InsertAsync(account, request, cancellationToken));
    }
}
