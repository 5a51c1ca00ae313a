using Ecodrix.Channels;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Limits;
using Ecodrix.Server.Instances.Sharing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Instances;

/// <summary>How several processes share the work: read this file to know what they say to each other.</summary>
internal static class InstanceServices
{
    public static IServiceCollection AddInstances(this IServiceCollection services)
    {
        services.AddWireTypes(InstanceWire.Default);
        services.TryAddSingleton<InstanceAddress>();
        services.TryAddSingleton<InstanceList>();
        services.TryAddSingleton<Rounds>();
        services.TryAddSingleton<WakeSignature>();
        services.TryAddSingleton<WakeTransport>();
        services.TryAddSingleton<SharedRedis>();
        services.TryAddSingleton<RedisWakes>();
        services.TryAddSingleton<RedisBuckets>();
        services.TryAddSingleton<ISharedBuckets>(provider => provider.GetRequiredService<RedisBuckets>());
        services.AddSingleton<ISharedRates>(provider => provider.GetRequiredService<RedisBuckets>());
        services.TryAddSingleton<OtherInstances>();
        services.AddSingleton<IOtherProcesses>(provider => provider.GetRequiredService<OtherInstances>());
        services.AddHostedService(provider => provider.GetRequiredService<OtherInstances>());
        services.AddHostedService(provider => provider.GetRequiredService<SharedRedis>());
        services.AddHostedService<Heartbeat>();
        return services;
    }

    public static void MapInstances(this IEndpointRouteBuilder routes) =>
        routes.MapPublicRoutes().MapGroup("").WithTags("Instances")
            .MapPost(ReceiveWake.Path, ReceiveWake.Handle).WithSummary("Tell an instance of work; for other instances")
            .WithoutCounting().WithBodyLimit(0).Fails(Errors.UnknownRoute, Errors.Unauthorized);
}
