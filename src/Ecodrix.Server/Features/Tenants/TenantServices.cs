using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>What the feature is made of.</summary>
internal static class TenantServices
{
    public static IServiceCollection AddTenants(this IServiceCollection services)
    {
        services.AddSingleton<TenantChanges>();
        services.AddSingleton<KeyCache>();
        services.AddSingleton<KeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton<TenantDoor>();
        return services;
    }
}
