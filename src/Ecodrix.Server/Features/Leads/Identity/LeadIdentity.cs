using Ecodrix.Server.Contacts;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Whom somebody means: a lead's id, else a phone, else an email address.</summary>
/// <param name="Phone">E.164: <see cref="PhoneNumber"/>.</param>
/// <param name="Email">Lower case: <see cref="EmailAddress"/>.</param>
internal sealed record LeadIdentity(string? LeadId, string? Phone, string? Email)
{
    public static LeadIdentity Of(string leadId) => new(leadId, null, null);
}
