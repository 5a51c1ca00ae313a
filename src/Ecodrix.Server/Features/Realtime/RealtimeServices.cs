using Ecodrix.Server.Features.Realtime.Listening;
using Ecodrix.Server.Features.Realtime.LivePages;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>What the feature is made of.</summary>
internal static class RealtimeServices
{
    public static IServiceCollection AddRealtime(this IServiceCollection services) => services
        .AddWireTypes(RealtimeJson.Default)
        .AddTenantDocuments<StreamHead>()
        .AddTenantDocuments<StreamPage>()
        .AddSingleton<Watchers>()
        .AddSingleton<History>()
        .AddSingleton<LiveStreams>()
        .AddHostedService(provider => provider.GetRequiredService<LiveStreams>())
        .AddSingleton<Pace>()
        .AddSingleton<RealtimeDoor>()
        .AddSingleton<ListenRelay>()
        .AddHostedService(provider => provider.GetRequiredService<ListenRelay>())
        .AddSingleton<ListenDoor>()
        .AddSingleton<IWatchLink, WelcomeLink>()
        .AddSingleton<TokenBook>()
        .AddTenantRows<RealtimeToken>()
        .AddSingleton<WatchRounds>()
        .AddHostedService(provider => provider.GetRequiredService<WatchRounds>())
        .AddSingleton<ITenantRemains>(provider => provider.GetRequiredService<WatchRounds>());
}
