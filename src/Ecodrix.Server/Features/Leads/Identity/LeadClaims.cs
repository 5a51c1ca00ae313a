using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Who has which phone, and which address among those without one: at most one lead, however many ask at once.</summary>
/// <remarks>
/// A claim is taken before its lead is made under an id decided before. So whoever finds a fresh claim without its lead
/// does not wait for the other: both add the lead under that id, and one of the two is the one that is stored. A claim is
/// never deleted here but given away by a replacement, so that nobody can give away what was meanwhile taken by another.
/// </remarks>
internal sealed class LeadClaims(ITenantDatabase database, TimeProvider clock)
{
    private const string PhonePrefix = "phone:";

    private const string EmailPrefix = "email:";

    private const string Nobody = "";

    private readonly IDocuments<Claim> claims = database.Documents<Claim>();

    private readonly IDocuments<Lead> leads = database.Documents<Lead>();

    public static string PhoneKey(string phone) => PhonePrefix + phone;

    public static string EmailKey(string email) => EmailPrefix + email;

    /// <returns>The lead that has the name; null when nobody has, or its lead is only being made.</returns>
    public async Task<Lead?> FindLeadAsync(string key, CancellationToken cancellationToken)
    {
        if (await claims.FindAsync(key, cancellationToken) is not { Owner: not Nobody } claim
            || await leads.FindAsync(claim.Owner, cancellationToken) is not { } lead)
        {
            return null;
        }

        return Holds(lead, claim) ? lead : null;
    }

    /// <summary>Takes the name for a lead, or finds that another has it or is being made with it.</summary>
    /// <returns>The id of the lead that has the name now.</returns>
    public async Task<string> TakeAsync(string key, string leadId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            if (await claims.TryAddAsync(new Claim(key, 1, leadId, now), cancellationToken))
            {
                return leadId;
            }

            if (await claims.FindAsync(key, cancellationToken) is not { } claim)
            {
                continue;
            }

            if (!string.Equals(claim.Owner, leadId, StringComparison.Ordinal) && await IsHeldAsync(claim, cancellationToken))
            {
                return claim.Owner;
            }

            if (await claims.TryReplaceAsync(claim with { Version = claim.Version + 1, Owner = leadId, TakenAt = now }, cancellationToken))
            {
                return leadId;
            }
        }
    }

    /// <summary>Gives the name away, if this lead has it.</summary>
    public async Task GiveUpAsync(string key, string leadId, CancellationToken cancellationToken)
    {
        if (await claims.FindAsync(key, cancellationToken) is { } claim && string.Equals(claim.Owner, leadId, StringComparison.Ordinal))
        {
            // Lost only to somebody who took it over: then there is nothing to give away.
            await claims.TryReplaceAsync(claim with { Version = claim.Version + 1, Owner = Nobody }, cancellationToken);
        }
    }

    private async Task<bool> IsHeldAsync(Claim claim, CancellationToken cancellationToken)
    {
        if (claim.Owner is Nobody)
        {
            return false;
        }

        return await leads.FindAsync(claim.Owner, cancellationToken) is { } lead ? Holds(lead, claim) : IsFresh(claim);
    }

    /// <summary>The lead has the name, or is about to be given it.</summary>
    private bool Holds(Lead lead, Claim claim)
    {
        var present = claim.Id.StartsWith(PhonePrefix, StringComparison.Ordinal) ? Key(PhonePrefix, lead.Phone) : Key(EmailPrefix, lead.Email);
        return string.Equals(present, claim.Id, StringComparison.Ordinal)
            || (IsFresh(claim) && (present is null || string.Equals(lead.Claiming, claim.Id, StringComparison.Ordinal)));
    }

    private bool IsFresh(Claim claim) => clock.GetUtcNow() - claim.TakenAt < Claims.Grace;

    private static string? Key(string prefix, string? value) => value is null ? null : prefix + value;
}
