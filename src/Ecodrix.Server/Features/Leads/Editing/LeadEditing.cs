using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Sets fields of a lead; a phone or address that names it anew is claimed first, so that no two leads come to have it.</summary>
/// <remarks>
/// The lead says which claim it is taking before it takes it. So a claim whose lead has another phone is known to be
/// under way, and a crash leaves a claim that lapses by itself.
/// </remarks>
internal sealed class LeadEditing(LeadWriter writer, TimeProvider clock)
{
    public async Task<EditOutcome> EditAsync(
        ITenantDatabase database, string leadId, LeadPatch patch, Cause cause, CancellationToken cancellationToken)
    {
        if (await database.Documents<Lead>().FindAsync(leadId, cancellationToken) is not { } lead)
        {
            return EditOutcome.Gone.Instance;
        }

        var edited = patch.Apply(lead);
        if (edited is { Phone: null, Email: null, WaUserId: null })
        {
            return EditOutcome.Nameless.Instance;
        }

        var claims = new LeadClaims(database, clock);
        var present = lead;
        if (KeyToTake(lead, edited) is { } key)
        {
            var quiet = cause with { StepKey = null };
            present = await writer.ChangeAsync(database, lead, one => one with { Claiming = key }, quiet, cancellationToken);
            if (await OtherHolderAsync(database, claims, key, edited, cancellationToken) is { } holder)
            {
                await writer.ChangeAsync(database, leadId, one => one with { Claiming = null }, quiet, cancellationToken);
                return new EditOutcome.Duplicate(holder);
            }
        }

        var stored = present is null ? null : await writer.ChangeAsync(database, present, one => patch.Apply(one) with { Claiming = null }, cause, cancellationToken);
        await GiveUpAsync(claims, lead, edited, cancellationToken);
        return stored is null ? EditOutcome.Gone.Instance : new EditOutcome.Done(stored);
    }

    /// <returns>The name that the lead is known by afterwards and not yet; null when that does not change.</returns>
    private static string? KeyToTake(Lead lead, Lead edited)
    {
        if (edited.Phone is not null)
        {
            return Same(lead.Phone, edited.Phone) ? null : LeadClaims.PhoneKey(edited.Phone);
        }

        return edited.Email is null || (lead.Phone is null && Same(lead.Email, edited.Email)) ? null : LeadClaims.EmailKey(edited.Email);
    }

    /// <returns>Null when the lead has the name now; else the id of the lead that has it.</returns>
    private static async Task<string?> OtherHolderAsync(
        ITenantDatabase database, LeadClaims claims, string key, Lead edited, CancellationToken cancellationToken)
    {
        var leads = database.Documents<Lead>();
        var holder = await claims.TakeAsync(key, edited.Id, cancellationToken);
        if (edited.Phone is not null)
        {
            return Same(holder, edited.Id) ? null : holder;
        }

        // An address names only those who have no phone; it may also stand on people who are known by theirs.
        var sameAddress = new Condition.All(Condition.Eq("email", edited.Email), Condition.Eq("phone", null));
        var nameless = await leads.QueryAsync(new DocumentQuery(sameAddress, 2), cancellationToken);
        return nameless.FirstOrDefault(lead => !Same(lead.Id, edited.Id))?.Id;
    }

    private static async Task GiveUpAsync(LeadClaims claims, Lead before, Lead after, CancellationToken cancellationToken)
    {
        if (before.Phone is not null && !Same(before.Phone, after.Phone))
        {
            await claims.GiveUpAsync(LeadClaims.PhoneKey(before.Phone), before.Id, cancellationToken);
        }

        if (before.Email is not null && !Same(before.Email, after.Email))
        {
            await claims.GiveUpAsync(LeadClaims.EmailKey(before.Email), before.Id, cancellationToken);
        }
    }

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);
}

/// <summary>What became of setting fields. A closed set.</summary>
internal abstract record EditOutcome
{
    private EditOutcome()
    {
    }

    public sealed record Done(Lead Lead) : EditOutcome;

    /// <summary>There is no such lead.</summary>
    public sealed record Gone : EditOutcome
    {
        public static readonly Gone Instance = new();
    }

    /// <summary>The lead would be left with neither phone nor address.</summary>
    public sealed record Nameless : EditOutcome
    {
        public static readonly Nameless Instance = new();
    }

    public sealed record Duplicate(string HolderId) : EditOutcome;
}
