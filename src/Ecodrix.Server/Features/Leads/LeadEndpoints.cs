using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Leads;

/// <summary>The lead routes: read this file to know what the feature offers.</summary>
internal static class LeadEndpoints
{
    private const string Example = """{"firstName":"Asha","lastName":"Rao","phone":"+919876543210","email":"asha@example.com","source":"website","tags":["new"]}""";

    public static void MapLeads(this IEndpointRouteBuilder routes)
    {
        var leads = routes.MapTenantRoutes().MapGroup("/api/crm/leads").WithTags("Leads").Needs(KeyScope.CrmWrite);

        leads.MapPost("/", CreateLead.HandleAsync).TakesInWork().WithSummary("Create a lead, or merge into one").WithIdempotency()
            .Fails(LeadErrors.InvalidPhone, LeadErrors.Duplicate("…")).WithRequestExample(Example);
        leads.MapGet("/", ListLeads.HandleAsync).WithSummary("List leads").Needs(KeyScope.CrmRead);
        leads.MapGet("/{id}", GetLead.HandleAsync).WithSummary("Read a lead").Needs(KeyScope.CrmRead).Fails(LeadErrors.NotFound);
        leads.MapPatch("/{id}", PatchLead.HandleAsync).WithSummary("Change named fields of a lead")
            .Fails(LeadErrors.NotFound, LeadErrors.InvalidPhone, LeadErrors.Duplicate("…"));
        leads.MapPatch("/{id}/tags", TagLead.HandleAsync).WithSummary("Add and remove tags").Fails(LeadErrors.NotFound);
        leads.MapPatch("/{id}/move", MoveLead.HandleAsync).WithSummary("Move a lead to another stage")
            .Fails(LeadErrors.NotFound, LeadErrors.UnknownStage);
    }
}
