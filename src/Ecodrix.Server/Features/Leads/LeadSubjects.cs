using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Reads anew whom an event is about.</summary>
internal sealed class LeadSubjects(LeadDoor leads, TenantDoor tenants) : ISubjects
{
    public async ValueTask<Subject> LoadAsync(ITenantDatabase database, string? leadId, CancellationToken cancellationToken)
    {
        var client = await tenants.FindProfileAsync(database.Tenant, cancellationToken)
            ?? throw new DatabaseUnavailableException($"The client {database.Tenant.Code} does not exist any more.");
        var lead = leadId is null ? null : await leads.FindAsync(database, LeadIdentity.Of(leadId), cancellationToken);
        return await leads.SubjectOfAsync(database, lead, client, cancellationToken);
    }
}
