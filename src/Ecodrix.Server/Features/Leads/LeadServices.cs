using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Events;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Leads.Live;
using Ecodrix.Server.Features.Leads.Steps;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What the feature is made of.</summary>
internal static class LeadServices
{
    public static IServiceCollection AddLeads(this IServiceCollection services)
    {
        services.AddTenantDocuments<Lead>().AddTenantDocuments<StageVisit>().AddTenantDocuments<DailyFigure>();
        services.AddSingleton<LeadSettings>();
        services.AddSingleton<OutboxMarks>();
        services.AddSingleton<OutboxDoor>();
        services.AddSingleton(provider => new LeadOutbox(provider.GetRequiredService<ISystemTriggers>));
        services.AddSingleton<LeadNews>();
        services.AddSingleton<LeadWriter>();
        services.AddSingleton<LeadDoor>();
        services.AddSingleton<LeadEditing>();
        services.AddSingleton<CreateLead>();
        services.AddSingleton<PatchLead>();
        services.AddSingleton<MoveLead>();
        services.AddSingleton<TagLead>();
        services.AddSingleton<ListLeads>();
        services.AddSingleton<OutboxRecovery>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRecovery>());
        services.AddSingleton<IFirstStartSample, SampleLead>();
        services.AddSingleton<ISubjects, LeadSubjects>();
        services.AddSingleton<IStepHandler, MoveStageStep>();
        services.AddSingleton<IStepHandler, AssignStep>();
        services.AddSingleton<IStepHandler, AddTagStep>();
        services.AddSingleton<IStepHandler, RemoveTagStep>();
        services.AddSingleton<IStepHandler, UpdateLeadStep>();
        services.AddSingleton<IStepHandler, CreateNoteStep>();
        services.AddSingleton<IStepHandler, NotifyStep>();
        services.AddWireTypes(LeadsJson.Default);
        return services;
    }
}
