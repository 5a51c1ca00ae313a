using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Automations.Actions;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Features.Automations;

/// <summary>What the feature is made of.</summary>
internal static class AutomationServices
{
    public static IServiceCollection AddAutomations(this IServiceCollection services)
    {
        services.AddTenantDocuments<Rule>().AddTenantDocuments<RuleVersion>().AddTenantDocuments<RuleStamp>();
        services.TryAddSingleton<RuleParser>();
        services.AddSingleton<RuleCompiler>();
        services.AddSingleton<RuleBook>();
        services.AddSingleton<IRuleBook>(provider => provider.GetRequiredService<RuleBook>());
        services.AddSingleton<RuleStore>();
        services.AddSingleton<Rehearsal>();
        services.AddSingleton<RuleDoor>();
        services.AddSingleton<IStepHandler, EnrollStep>();
        services.AddSingleton<IStepHandler, UnenrollStep>();
        services.AddSingleton<IStepHandler, CallbackStep>();
        services.AddSingleton<ITenantRemains, ClaimRemains>();
        services.AddSingleton<IFirstStartSample, SampleRules>();
        return services.AddWireTypes(AutomationsJson.Default);
    }
}
