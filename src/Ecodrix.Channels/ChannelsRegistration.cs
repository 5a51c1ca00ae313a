using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Email;
using Ecodrix.Channels.Guarding;
using Ecodrix.Channels.Media;
using Ecodrix.Channels.Meet;
using Ecodrix.Channels.WhatsApp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Channels;

/// <summary>Registers the channels: read this to know what there is.</summary>
public static class ChannelsRegistration
{
    /// <summary>
    /// Adds every channel over one guarded connector. Their options are checked at start-up; set them with
    /// <c>Configure&lt;CallbackOptions&gt;(…)</c> and its like.
    /// </summary>
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        ChannelsTelemetry.Begin();
        services.TryAddSingleton(TimeProvider.System);

        services.AddChecked<ConnectorOptions>();
        services.TryAddSingleton<INameResolver, SystemNameResolver>();
        services.TryAddSingleton<GuardedConnector>();
        services.TryAddSingleton<GuardedHttp>();

        services.AddChecked<WhatsAppOptions>();
        services.TryAddSingleton<ISharedRates, UnsharedRates>();
        services.TryAddSingleton<WhatsAppSender>();
        services.TryAddSingleton<WhatsAppTemplates>();
        services.TryAddSingleton<WhatsAppTokens>();

        services.AddChecked<EmailOptions>();
        services.TryAddSingleton<EmailSender>();

        services.AddChecked<MeetOptions>();
        services.TryAddSingleton<GoogleCalendar>();

        services.AddChecked<CallbackOptions>();
        services.TryAddSingleton<CallbackSender>();

        return services;
    }

    /// <summary>Adds <see cref="IObjectStore"/> on a folder of this machine.</summary>
    public static IServiceCollection AddFolderStore(this IServiceCollection services, string folder)
    {
        services.TryAddSingleton<IObjectStore>(new FolderStore(folder));
        return services;
    }

    /// <summary>Adds <see cref="IObjectStore"/> on a bucket. Nothing is asked of it before it is used.</summary>
    public static IServiceCollection AddS3Store(this IServiceCollection services, S3Bucket bucket)
    {
        services.TryAddSingleton<IObjectStore>(_ => new S3Store(bucket));
        return services;
    }

    private static void AddChecked<T>(this IServiceCollection services)
        where T : class =>
        services.AddOptions<T>().ValidateDataAnnotations().ValidateOnStart();
}
