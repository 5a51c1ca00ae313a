using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Decides under which id a lead that nobody found is made, so that all who ask at once make the same one.</summary>
internal sealed class LeadReservation(ITenantDatabase database, TimeProvider clock)
{
    private readonly IDocuments<Lead> leads = database.Documents<Lead>();

    private readonly LeadClaims claims = new(database, clock);

    /// <param name="fresh">The id that it gets when nobody else is making it.</param>
    /// <returns>Null when the lead exists by now: look again.</returns>
    public async Task<string?> ReserveAsync(LeadIdentity who, string fresh, CancellationToken cancellationToken)
    {
        var id = who.Email is null ? fresh : await ReserveEmailAsync(who, who.Email, fresh, cancellationToken);
        if (id is null || who.Phone is null)
        {
            return id;
        }

        var holder = await claims.TakeAsync(LeadClaims.PhoneKey(who.Phone), id, cancellationToken);
        if (string.Equals(holder, id, StringComparison.Ordinal))
        {
            return id;
        }

        if (who.Email is not null)
        {
            await claims.GiveUpAsync(LeadClaims.EmailKey(who.Email), fresh, cancellationToken);
        }

        return await leads.FindAsync(holder, cancellationToken) is null ? holder : null;
    }

    private async Task<string?> ReserveEmailAsync(LeadIdentity who, string email, string fresh, CancellationToken cancellationToken)
    {
        var holder = await claims.TakeAsync(LeadClaims.EmailKey(email), fresh, cancellationToken);
        if (string.Equals(holder, fresh, StringComparison.Ordinal))
        {
            return fresh;
        }

        return await leads.FindAsync(holder, cancellationToken) switch
        {
            // Somebody is making it at this moment.
            null => holder,
            { } lead when who.Phone is null || (lead.Phone is null && lead.Email is not null) => null,

            // The address is another person's, who has a phone of their own; this one is known by theirs.
            _ => fresh,
        };
    }
}
