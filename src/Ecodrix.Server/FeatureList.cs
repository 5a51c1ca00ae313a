using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Email;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Meetings;
using Ecodrix.Server.Features.Operations;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Sandbox;
using Ecodrix.Server.Features.Templates;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server;

/// <summary>What the product is made of: one line for each feature's services and one for its routes.</summary>
internal static class FeatureList
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, Settings settings)
    {
        services.AddStorage(storage =>
        {
            storage.Services = settings.Database;
            storage.Tenants = settings.TenantDatabase;
        });
        services.AddTenants();
        services.AddOperations();
        services.AddDelivery(settings).AddTemplates().AddEmail().AddMeetings().AddSandbox();
        services.AddPipelines();
        services.AddLeads();
        services.AddTimeline();
        return services;
    }

    public static void MapFeatures(this WebApplication app)
    {
        app.MapTenants();
        app.MapOperations();
        app.MapTemplates();
        app.MapSandbox();
        app.MapPipelines();
        app.MapLeads();
        app.MapTimeline();
    }
}
