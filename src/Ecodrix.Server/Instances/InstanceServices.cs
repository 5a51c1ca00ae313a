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
        InstanceTelemetry.Begin();
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

    /// <summary>Has something done from time to time by one of the instances, first after that time.</summary>
    /// <param name="name">Under which the instances agree on whose turn it is.</param>
    public static IServiceCollection AddRound<T>(this IServiceCollection services, string name, TimeSpan every, Func<T, CancellationToken, Task> doAsync)
        where T : notnull =>
        services.AddSingleton<IHostedService>(provider =>
        {
            var what = provider.GetRequiredService<T>();
            return ActivatorUtilities.CreateInstance<RoundLoop>(provider, new RoundPlan(name, every, token => doAsync(what, token)));
        });

    public static void MapInstances(this IEndpointRouteBuilder routes) =>
        routes.MapPublicRoutes().MapGroup("").WithTags("Instances")
            .MapPost(ReceiveWake.Path, ReceiveWake.Handle).WithSummary("Tell an instance of work; for other instances")
            .WithoutCounting().WithBodyLimit(0).Fails(Errors.UnknownRoute, Errors.Unauthorized);
}
