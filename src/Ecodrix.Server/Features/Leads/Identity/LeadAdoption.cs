using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What an event's phone and address do to a lead that was found: they fill what is empty and overwrite nothing.</summary>
internal sealed class LeadAdoption(ITenantDatabase database, LeadWriter writer, TimeProvider clock)
{
    private readonly LeadClaims claims = new(database, clock);

    /// <returns>Null when the lead turned out to be another person's, or is gone: look again.</returns>
    public async Task<Lead?> AdoptAsync(Lead found, LeadIdentity who, Cause cause, CancellationToken cancellationToken)
    {
        var phone = found.Phone is null ? who.Phone : null;
        var email = found.Email is null ? who.Email : null;
        if (phone is null && email is null && found.Status is not LeadStatus.Archived)
        {
            return found;
        }

        if (phone is not null && !await TakesAsync(LeadClaims.PhoneKey(phone), found.Id, cancellationToken))
        {
            if (who.LeadId is null)
            {
                return null;
            }

            phone = null;
        }

        if (email is not null && found.Phone is null && phone is null && !await TakesAsync(LeadClaims.EmailKey(email), found.Id, cancellationToken))
        {
            email = null;
        }

        var adopted = await writer.ChangeAsync(database, found.Id, lead => lead.Restore().Fill(phone, email), cause, cancellationToken);
        return phone is null || string.Equals(adopted?.Phone, phone, StringComparison.Ordinal) || who.LeadId is not null ? adopted : null;
    }

    private async Task<bool> TakesAsync(string key, string leadId, CancellationToken cancellationToken) =>
        string.Equals(await claims.TakeAsync(key, leadId, cancellationToken), leadId, StringComparison.Ordinal);
}
