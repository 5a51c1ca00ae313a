using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Deferrals;

/// <summary>Finds or makes the lead of a deferred trigger, as the trigger would have done at its time.</summary>
internal sealed class DeferredAdmission(LeadDoor leads, TenantDoor tenants, ITenantClock clocks) : IDeferredEvents
{
    public async Task<DeferredOutcome> AdmitAsync(ITenantDatabase database, WorkItem work, CancellationToken cancellationToken)
    {
        var state = work.Event!;
        var wanted = state.Deferred!.Asked.Deserialize(EventsJson.Default.WantedLead)!;
        var client = await tenants.FindProfileAsync(database.Tenant, cancellationToken)
            ?? throw new DatabaseUnavailableException($"The client {database.Tenant.Code} does not exist any more.");

        var fields = wanted.Fields is { } given ? LeadSeed.ReadAgain(given, client.Region, clocks.Now(database.Tenant)) : LeadPatch.None;
        var who = new LeadIdentity(wanted.LeadId, state.Phone, state.Email);
        var found = await leads.FindOrMakeAsync(
            database, who, wanted.Makes ? new NewLead(fields) : null, new Cause(wanted.Actor, Lineage.None), cancellationToken);
        return found is { Lead.Id: var id } ? new DeferredOutcome.Admitted(id) : new DeferredOutcome.Refused(EventErrors.LeadNotFound.Code);
    }
}
