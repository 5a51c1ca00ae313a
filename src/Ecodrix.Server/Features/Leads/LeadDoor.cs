using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What other features may ask of leads.</summary>
internal sealed class LeadDoor(TenantDoor tenants, PipelineDoor pipelines, LeadWriter writer, TimeProvider clock)
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
        var adoption = new LeadAdoption(database, writer, clock);
        for (var look = 0; look < MostLooks; look++)
        {
            if (await search.FindAsync(who, cancellationToken) is { } found)
            {
                if (await adoption.AdoptAsync(found, who, cause, cancellationToken) is { } adopted)
                {
                    return new FoundLead(adopted, WasMade: false);
                }
            }
            else if (seed is null || who.LeadId is not null)
            {
                return null;
            }
            else if (await TryMakeAsync(database, who, seed, cause, cancellationToken) is { } made)
            {
                return new FoundLead(made, WasMade: true);
            }
        }

        throw new DatabaseUnavailableException("The lead is being changed by too many others at once.");
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

        var now = clock.GetUtcNow();
        var book = await pipelines.ReadAsync(database, cancellationToken);
        var complete = book.Default is null ? new PipelineBook([.. book.All, DefaultPipeline.For(database.Tenant, now)]) : book;
        var setting = new LeadSetting(await ProfileAsync(database, cancellationToken), complete, now);
        return new FoundLead(LeadMaking.Make(DocumentId.New(now), who, seed, complete.FindStage(seed.StageId), setting), WasMade: true);
    }

    /// <summary>Changes a lead by a pure function, which may be called several times. What follows from the change is stored with it and written on.</summary>
    /// <returns>The lead as it stands then; null when there is none.</returns>
    public Task<Lead?> ChangeAsync(
        ITenantDatabase database, string leadId, Func<Lead, Lead> change, Cause cause, CancellationToken cancellationToken) =>
        writer.ChangeAsync(database, leadId, change, cause, cancellationToken);

    /// <summary>The lead as the API shows it, with the names of its stage and pipeline.</summary>
    public async Task<LeadView> ViewAsync(ITenantDatabase database, Lead lead, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadAsync(database, cancellationToken);
        return LeadView.Of(lead, book.All.Count == 0 ? new PipelineBook([DefaultPipeline.For(database.Tenant, clock.GetUtcNow())]) : book);
    }

    /// <returns>Null when the id is taken or others are faster: look again.</returns>
    private async Task<Lead?> TryMakeAsync(ITenantDatabase database, LeadIdentity who, NewLead seed, Cause cause, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadWithDefaultAsync(database, cancellationToken);
        var setting = new LeadSetting(await ProfileAsync(database, cancellationToken), book, clock.GetUtcNow());

        if (await new LeadReservation(database, clock).ReserveAsync(who, cancellationToken) is not { } id)
        {
            return null;
        }

        var lead = LeadMaking.Make(id, who, seed, book.FindStage(seed.StageId), setting);
        return await writer.TryAddAsync(database, lead, new ChangeContext(cause, book, setting.Client.Zone, setting.Now), cancellationToken);
    }

    private async Task<ClientProfile> ProfileAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await tenants.FindProfileAsync(database.Tenant, cancellationToken)
        ?? throw new DatabaseUnavailableException($"The client {database.Tenant.Code} does not exist any more.");
}

/// <param name="WasMade">It is new (or, of a dry run, would be).</param>
internal sealed record FoundLead(Lead Lead, bool WasMade);
