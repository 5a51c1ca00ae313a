using Ecodrix.Channels;
using Ecodrix.Channels.Guarding;
using Ecodrix.Channels.Meet;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Events;

namespace Ecodrix.Server.Delivery;

/// <summary>The ways out: the channels with the operator's settings, and the sandbox in their place.</summary>
internal static class DeliveryServices
{
    public static IServiceCollection AddDelivery(this IServiceCollection services, Settings settings)
    {
        services.Configure<ConnectorOptions>(options => options.AllowPrivate = settings.AllowPrivateCallbacks);
        services.Configure<MeetOptions>(options =>
        {
            options.BaseUrl = settings.GoogleBaseUrl;
            options.OAuthUrl = settings.GoogleOAuthUrl;
        });
        return services.AddChannels()
            .AddSingleton<SandboxChannels>()
            .AddSingleton<Ledger>()
            .AddSingleton<HeldReleases>()
            .AddHostedService(provider => provider.GetRequiredService<HeldReleases>())
            .AddSingleton<IHolds, Holds>()
            .AddSingleton(provider => new CausedEvents(provider.GetRequiredService<IRuleBook>, provider.GetRequiredService<ISystemTriggers>));
    }
}
