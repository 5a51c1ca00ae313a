using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Origins;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>What the feature is made of.</summary>
internal static class TenantServices
{
    public static IServiceCollection AddTenants(this IServiceCollection services)
    {
        services.AddWireTypes(TenantsJson.Default);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditDoor>();
        services.AddTenantDocuments<Storage.Claim>();
        services.AddTenantRows<WorkItem>().AddTenantRows<IdempotencyRecord>();
        return services.AddClients().AddClocks().AddKeys().AddSecrets().AddFirstStart();
    }

    /// <summary>Names documents of the services database that go when their tenant is erased. Their <c>tenant</c> field is indexed.</summary>
    public static IServiceCollection AddTenantRows<T>(this IServiceCollection services)
        where T : class, IDocument<T> => services.AddSingleton<ITenantRemains, TenantRows<T>>();

    private static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddSingleton<TenantChanges>();
        services.AddSingleton<TenantDoor>();
        services.AddSingleton<PauseDoor>();
        services.AddSingleton<OriginBook>().AddTenantRows<CorsOrigin>();
        services.AddSingleton<OriginDoor>();
        services.AddSingleton<IHeldTenants, HeldClients>();
        services.AddSingleton<TenantPlaces>();
        services.AddSingleton<ITenantPlaces>(provider => provider.GetRequiredService<TenantPlaces>());
        services.TryAddSingleton<SwitchTimes>();
        services.AddSingleton<PlacementBook>();
        services.AddSingleton<SourceSwitch>();
        services.AddSingleton<MoveParts>();
        services.AddSingleton<Moving>();
        services.AddSingleton<ITenantShares>(provider => provider.GetRequiredService<TenantDoor>());
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<ClientsDoor>();
        services.AddSingleton<DeferralDoor>();
        services.AddSingleton<ClientFounding>();
        services.AddSingleton<ClientErasure>();
        services.AddSingleton<ErasureDoor>();
        return services;
    }

    private static IServiceCollection AddClocks(this IServiceCollection services)
    {
        services.AddSingleton<TwinClocks>();
        services.AddSingleton<ITenantClock>(provider => provider.GetRequiredService<TwinClocks>());
        services.AddSingleton<ITenantRemains>(provider => provider.GetRequiredService<TwinClocks>());
        services.AddSingleton<ClockDoor>();
        services.AddHostedService<ClockStart>();
        return services;
    }

    private static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyStore>();
        services.AddSingleton<KeyExpiryDoor>();
        services.AddSingleton<KeyMaking>();
        services.AddSingleton<KeyCache>();
        services.AddSingleton<KeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        return services;
    }

    private static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton(provider => EncryptionKeys.TryParse(provider.GetRequiredService<Settings>().EncryptionKey ?? "")
            ?? throw new WrongSettingException("ECODRIX_ENCRYPTION_KEY", "must be 32 bytes in base64"));
        services.AddSingleton<Vault>();
        services.AddSingleton<SecretStore>();
        services.AddSingleton<SecretMerge>();
        services.AddSingleton<SecretErasure>();
        services.AddSingleton<SecretsDoor>();
        services.AddSingleton<SigningKeyDoor>();
        services.AddSingleton<NumberClaims>();
        services.AddSingleton<WhatsAppOwnersDoor>();
        services.AddSingleton<WebhookRotation>();
        services.AddSingleton<Resealing>();
        services.AddSingleton<EncryptionKeyCheck>();
        services.AddHostedService<EncryptionKeyStart>();
        return services;
    }

    private static IServiceCollection AddFirstStart(this IServiceCollection services)
    {
        services.TryAddSingleton(new WelcomeOutput(Console.Out));
        services.AddSingleton<DemoClient>();
        services.AddHostedService<DemoStart>();
        return services;
    }
}
