using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What other features may ask of leads.</summary>
internal sealed class LeadDoor(LeadSettings settings, LeadWriter writer, TimeProvider clock)
{
    /// <summary>However often others are faster, one of the looks finds what they made.</summary>
    private const int MostLooks = 50;

    /// <returns>Null when there is no such lead. Changes nothing.</returns>
    public Task<Lead?> FindAsync(ITenantDatabase database, LeadIdentity who, CancellationToken cancellationToken) =>
        new LeadSearch(database, clock).FindAsync(who, cancellationToken);

    /// <summary>Finds the lead, gives it the phone and the address that it lacks and restores it when it was archived; makes it when there is none.</summary>
    /// <param name="seed">For the lead that is made; null makes none.</param>
    /// <returns>Null when there is none and none is to be made, or the id that was given is nobody's.</returns>
    public async Task<FoundLead?> FindOrMakeAsync(
        ITenantDatabase database, LeadIdentity who, NewLead? seed, Cause cause, CancellationToken cancellationToken)
    {
        var search = new LeadSearch(database, clock);
        for (var look = 0; look < MostLooks; look++)
        {
            var found = await search.FindAsync(who, cancellationToken);
            if (found is null && (seed is null || who.LeadId is not null))
            {
                return null;
            }

            var lead = found is null
                ? await TryMakeAsync(database, who, seed!, cause, cancellationToken)
                : await TryAdoptAsync(database, found, who, seed, cause, cancellationToken);
            if (lead is not null)
            {
                return lead;
            }
        }

        throw TooMany();
    }

    /// <summary>Makes a lead, or finds one that is the same person's and leaves it as it is.</summary>
    public async Task<FoundLead> MakeAsync(ITenantDatabase database, LeadIdentity who, NewLead seed, Cause cause, CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            if (await FindAsync(database, who, cancellationToken) is { } found)
            {
                return new FoundLead(found, WasMade: false);
            }

            if (await TryMakeAsync(database, who, seed, cause, cancellationToken) is { } made)
            {
                return made;
            }
        }

        throw TooMany();
    }

    /// <summary>As <see cref="FindOrMakeAsync"/>, but nothing is written: the lead as it would be.</summary>
    public async Task<FoundLead?> WouldBeAsync(ITenantDatabase database, LeadIdentity who, NewLead? seed, CancellationToken cancellationToken)
    {
        if (await FindAsync(database, who, cancellationToken) is { } found)
        {
            return new FoundLead(found.Restore().Fill(who.Phone, who.Email), WasMade: false);
        }

        if (seed is null || who.LeadId is not null)
        {
            return null;
        }

        var setting = await settings.WouldBeAsync(database, cancellationToken);
        return new FoundLead(LeadMaking.Make(DocumentId.New(setting.Now), who, seed, setting), WasMade: true);
    }

    /// <summary>Changes a lead by a pure function, which may be called several times. What follows from the change is stored with it and written on.</summary>
    /// <returns>The lead as it stands then; null when there is none.</returns>
    public Task<Lead?> ChangeAsync(
        ITenantDatabase database, string leadId, Func<Lead, Lead> change, Cause cause, CancellationToken cancellationToken) =>
        writer.ChangeAsync(database, leadId, change, cause, cancellationToken);

    /// <summary>The lead as the API shows it, with the names of its stage and pipeline; <see cref="LeadView.ToScope"/> is what templates and conditions see.</summary>
    public async Task<LeadView> ViewAsync(ITenantDatabase database, Lead lead, CancellationToken cancellationToken)
    {
        var setting = await settings.WouldBeAsync(database, cancellationToken);
        return LeadView.Of(lead, setting.Book);
    }

    /// <summary>Whom an event is about: the lead and the client as templates and conditions see them.</summary>
    /// <param name="lead">Null where there is none.</param>
    public async Task<Subject> SubjectOfAsync(ITenantDatabase database, Lead? lead, ClientProfile client, CancellationToken cancellationToken)
    {
        var view = lead is null ? null : await ViewAsync(database, lead, cancellationToken);
        return new Subject(() => view?.ToScope(), new() { ["name"] = client.Name, ["code"] = client.Code }, conversation: null, client.Zone);
    }

    /// <summary>Reads a lead's fields as another feature's request gives them.</summary>
    /// <param name="path">Where they stand in that request.</param>
    /// <param name="region">Where phone numbers without a country code are.</param>
    /// <returns>What can be taken, and what is wrong with the rest, by its JSON path.</returns>
    public static (LeadPatch Fields, IReadOnlyList<(string Path, string Problem)> Problems) Read(
        JsonElement fields, string path, string region, DateTimeOffset now)
    {
        var reading = new FieldReading(region, "api", now) { Path = path };
        return (LeadFields.Read(fields, reading), reading.Problems);
    }

    private static DatabaseUnavailableException TooMany() => new("The lead is being changed by too many others at once.");

    private async Task<FoundLead?> TryMakeAsync(ITenantDatabase database, LeadIdentity who, NewLead seed, Cause cause, CancellationToken cancellationToken)
    {
        var setting = await settings.ReadWithDefaultAsync(database, cancellationToken);
        return await new LeadReservation(database, clock).ReserveAsync(who, seed.Id ?? DocumentId.New(setting.Now), cancellationToken) is { } id
            ? await TryAddAsync(database, LeadMaking.Make(id, who, seed, setting), cause, setting, cancellationToken)
            : null;
    }

    private async Task<FoundLead?> TryAdoptAsync(
        ITenantDatabase database, Lead found, LeadIdentity who, NewLead? seed, Cause cause, CancellationToken cancellationToken)
    {
        var adoption = await new LeadAdoption(database, writer, clock).AdoptAsync(found, who, cause, cancellationToken);
        if (adoption is { Lead: null, Holder: { } holder } && await database.Documents<Lead>().FindAsync(holder, cancellationToken) is null)
        {
            // Somebody is making the phone's own lead at this moment: make it together rather than wait.
            var setting = await settings.ReadWithDefaultAsync(database, cancellationToken);
            return await TryAddAsync(database, LeadMaking.Make(holder, who, seed ?? NewLead.Empty, setting), cause, setting, cancellationToken);
        }

        return adoption.Lead is null ? null : new FoundLead(adoption.Lead, WasMade: false);
    }

    /// <returns>Null when others were faster: look again.</returns>
    private async Task<FoundLead?> TryAddAsync(ITenantDatabase database, Lead lead, Cause cause, LeadSetting setting, CancellationToken cancellationToken) =>
        await writer.TryAddAsync(database, lead, new ChangeContext(cause, setting), cancellationToken) is { } made
            ? new FoundLead(made, WasMade: true)
            : null;
}

/// <param name="WasMade">It is new (or, of a dry run, would be).</param>
internal sealed record FoundLead(Lead Lead, bool WasMade);
