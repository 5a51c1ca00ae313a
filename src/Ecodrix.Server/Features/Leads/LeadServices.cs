namespace Ecodrix.Server.Features.Leads;

/// <summary>What the feature is made of.</summary>
internal static class LeadServices
{
    public static IServiceCollection AddLeads(this IServiceCollection services)
    {
        services.AddSingleton<LeadSettings>();
        services.AddSingleton<OutboxMarks>();
        services.AddSingleton<LeadOutbox>();
        services.AddSingleton<LeadWriter>();
        services.AddSingleton<LeadDoor>();
        services.AddSingleton<OutboxRecovery>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRecovery>());
        return services;
    }
}
