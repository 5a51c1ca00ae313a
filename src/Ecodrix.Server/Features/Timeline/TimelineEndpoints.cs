using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>The timeline routes: read this file to know what the feature offers.</summary>
internal static class TimelineEndpoints
{
    public static IServiceCollection AddTimeline(this IServiceCollection services) => services.AddWireTypes(TimelineJson.Default)
        .AddTenantDocuments<Note>()
        .AddTenantDocuments<TimelineEntry>();

    public static void MapTimeline(this IEndpointRouteBuilder routes)
    {
        var timeline = routes.MapTenantRoutes().MapGroup("/api/crm/leads/{id}").WithTags("Timeline").Needs(KeyScope.CrmRead);

        timeline.MapGet("/timeline", ListTimeline.HandleAsync).WithSummary("What happened with a lead").Fails(LeadErrors.NotFound);
    }
}
