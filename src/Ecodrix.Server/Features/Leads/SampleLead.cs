using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>A lead to look at in the client that a developer's first start makes.</summary>
internal sealed class SampleLead(LeadDoor leads) : IFirstStartSample
{
    private const string Phone = "+919876543210";

    public async Task AddAsync(ITenantDatabase tenant, CancellationToken cancellationToken)
    {
        var fields = new LeadPatch
        {
            Changes = [lead => lead with { FirstName = "Asha", LastName = "Rao", Source = "sample", DealTitle = "First visit", DealUnits = Money.ToUnits(2_500m), Tags = ["sample"] }],
        };
        await leads.FindOrMakeAsync(tenant, new LeadIdentity(null, Phone, "asha@example.com"), new NewLead(fields), Cause.System, cancellationToken);
    }
}
