using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Which lead somebody means (<c>15-semantics</c>, "Which lead").</summary>
internal sealed class LeadSearch(ITenantDatabase database, TimeProvider clock)
{
    private readonly IDocuments<Lead> leads = database.Documents<Lead>();

    private readonly LeadClaims claims = new(database, clock);

    /// <summary>By id; else by phone if one is given, then a lead with that address only if it has no phone; else by address.</summary>
    /// <returns>Null when there is none. An archived lead is found.</returns>
    public async Task<Lead?> FindAsync(LeadIdentity who, CancellationToken cancellationToken)
    {
        if (who.LeadId is not null)
        {
            return await leads.FindAsync(who.LeadId, cancellationToken);
        }

        if (who.Phone is null)
        {
            return who.Email is null ? null : await FindByEmailAsync(who.Email, cancellationToken);
        }

        return await claims.FindLeadAsync(LeadClaims.PhoneKey(who.Phone), cancellationToken)
            ?? (who.Email is null ? null : await FirstAsync(WithoutPhone(who.Email), cancellationToken));
    }

    private async Task<Lead?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        await FirstAsync(Condition.Eq("email", email), cancellationToken)
        ?? await claims.FindLeadAsync(LeadClaims.EmailKey(email), cancellationToken);

    private async Task<Lead?> FirstAsync(Condition where, CancellationToken cancellationToken) =>
        await leads.QueryAsync(new DocumentQuery(where, 1), cancellationToken) is [var first, ..] ? first : null;

    private static Condition.All WithoutPhone(string email) =>
        new(Condition.Eq("email", email), Condition.Eq("phone", null));
}
