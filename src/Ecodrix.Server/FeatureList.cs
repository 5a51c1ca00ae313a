using Ecodrix.Engine;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Alerts;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Email;
using Ecodrix.Server.Features.Events;
using Ecodrix.Server.Features.Inbound;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Meetings;
using Ecodrix.Server.Features.Migrations;
using Ecodrix.Server.Features.Notifications;
using Ecodrix.Server.Features.Operations;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Realtime.Sockets;
using Ecodrix.Server.Features.Restores;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Features.Sandbox;
using Ecodrix.Server.Features.Templates;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server;

/// <summary>What the product is made of: one line for each feature's services and one for its routes.</summary>
internal static class FeatureList
{
    // On files a commit is the disk's and a processor's own time, so that few at once do nearly as much as many, and leave room for who comes.
    private static readonly int BusyOnFiles = Math.Max(8, 4 * Environment.ProcessorCount);

    public static IServiceCollection AddFeatures(this IServiceCollection services, Settings settings)
    {
        services.AddStorage(storage =>
        {
            storage.Services = settings.Database;
            storage.Tenants = settings.TenantDatabase;
        });
        services.AddRealtime().AddSockets(settings);
        services.AddRestores(settings);
        services.AddEngine(engine => engine.Retention = TimeSpan.FromDays(settings.RetentionDays));
        services.AddOptions<EngineOptions>().Configure<Settings>(Fit);
        services.AddInstances();
        services.AddTenants();
        services.AddMigrations();
        services.AddOperations();
        services.AddPipelines();
        services.AddLeads();
        services.AddTimeline();
        services.AddAutomations().AddEvents().AddRuns().AddCallbacks().AddJobs().AddNotifications();
        services.AddDelivery(settings).AddTemplates().AddInbox().AddInbound().AddEmail().AddMeetings().AddSandbox();
        services.AddTraces().AddAlerts();
        return services;
    }

    public static void MapFeatures(this WebApplication app)
    {
        app.MapInstances();
        app.MapHealth();
        if (app.Services.GetRequiredService<Settings>().Role is InstanceRole.Worker)
        {
            return;
        }

        app.MapTenants();
        app.MapOperations();
        app.MapRestores();
        app.MapMigrations();
        app.MapAlerts();
        app.MapPipelines();
        app.MapLeads();
        app.MapTimeline();
        app.MapInbox();
        app.MapInbound();
        app.MapTemplates();
        app.MapSandbox();
        app.MapTraces();

        var tenants = app.MapTenantRoutes();
        tenants.MapAutomations();
        tenants.MapEvents();
        tenants.MapRuns();
        tenants.MapCallbacks();
        tenants.MapJobs();
        tenants.MapNotifications();
        tenants.MapRealtime();
        app.MapPublicRoutes().MapLivePage();
        app.MapSockets();
    }

    private static void Fit(EngineOptions engine, Settings actual)
    {
        engine.Works = actual.Role is not InstanceRole.Api;
        engine.IsAlone = actual.IsAlone;
        if (actual.IsAlone)
        {
            (engine.Busy, engine.BusyOfOne) = (BusyOnFiles, 3 * BusyOnFiles);
        }
    }
}
