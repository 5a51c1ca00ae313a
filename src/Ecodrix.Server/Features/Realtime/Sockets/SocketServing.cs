using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.SocketIO;
using Ecodrix.SocketIO.Redis;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>Serves Socket.IO under <c>/socket.io</c>, for stock clients.</summary>
internal static class SocketServing
{
    private const string Path = "/socket.io";

    private const int MostMessageBytes = 1024 * 1024;

    private const long MostKeptBytes = 32 * 1024 * 1024;

    public static IServiceCollection AddSockets(this IServiceCollection services, Settings settings)
    {
        var sockets = services.AddSocketIO(options =>
        {
            options.MaxHttpBufferSize = MostMessageBytes;
            options.Recovery = new RecoveryOptions { MaxDisconnection = TimeSpan.FromMinutes(2), SkipMiddlewares = false, MaxKeptBytes = MostKeptBytes };
        }).AddNamespace<RealtimeHub>();
        if (settings.Redis is { } redis)
        {
            sockets.AddRedisAdapter(options => options.ConnectionString = redis);
        }

        services.AddOptions<SocketIOOptions>().Configure<OriginDoor>((options, origins) =>
            options.Cors = new SocketCors { AllowOrigin = origins.WasKnown, AllowCredentials = true });
        return services
            .AddSingleton<SocketGate>()
            .AddSingleton<Connections>()
            .AddSingleton<ILiveOutlet, SocketOutlet>()
            .AddHostedService<SocketRounds>();
    }

    public static void MapSockets(this WebApplication app)
    {
        app.UseMiddleware<OriginLook>();
        app.MapSocketIO(Path)
            .WithMetadata(new AudienceOf(RouteAudience.Public), new Uncounted(), new ReadsOwnBody(), new OriginLook.Wanted())
            .WithSummary("Socket.IO");
    }
}

/// <summary>Has it known, before the socket server answers a page's request, whether any client lists the page's origin.</summary>
internal sealed class OriginLook(RequestDelegate next, OriginDoor origins)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Wanted>() is not null)
        {
            await origins.IsKnownAsync(context.Request.Headers.Origin, context.RequestAborted);
        }

        await next(context);
    }

    /// <summary>On routes that answer pages of other origins.</summary>
    internal sealed record Wanted;
}
