using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What an event's phone and address do to a lead that was found: they fill what is empty and overwrite nothing.</summary>
internal sealed class LeadAdoption(ITenantDatabase database, LeadWriter writer, TimeProvider clock)
{
    private readonly LeadClaims claims = new(database, clock);

    public async Task<Adoption> AdoptAsync(Lead found, LeadIdentity who, Cause cause, CancellationToken cancellationToken)
    {
        var phone = found.Phone is null ? who.Phone : null;
        var email = found.Email is null ? who.Email : null;
        if (phone is null && email is null && found.Status is not LeadStatus.Archived)
        {
            return new Adoption(found, null);
        }

        if (phone is not null && await TakeAsync(LeadClaims.PhoneKey(phone), found.Id, cancellationToken) is { } holder)
        {
            if (who.LeadId is null)
            {
                return new Adoption(null, holder);
            }

            phone = null;
        }

        if (email is not null && found.Phone is null && phone is null && await TakeAsync(LeadClaims.EmailKey(email), found.Id, cancellationToken) is not null)
        {
            email = null;
        }

        var adopted = await writer.ChangeAsync(database, found.Id, lead => lead.Restore().Fill(phone, email), cause, cancellationToken);
        var isTheirs = phone is null || who.LeadId is not null || string.Equals(adopted?.Phone, phone, StringComparison.Ordinal);
        return new Adoption(isTheirs ? adopted : null, null);
    }

    /// <returns>Null when this lead has the name now; else the id of the lead that has it.</returns>
    private async Task<string?> TakeAsync(string key, string leadId, CancellationToken cancellationToken)
    {
        var holder = await claims.TakeAsync(key, leadId, cancellationToken);
        return string.Equals(holder, leadId, StringComparison.Ordinal) ? null : holder;
    }
}

/// <param name="Lead">Null when the lead that was found turned out to be another person's, or is gone: look again.</param>
/// <param name="Holder">The id under which the phone's own lead is, or is being made, at this moment; null when there is none.</param>
internal sealed record Adoption(Lead? Lead, string? Holder);
