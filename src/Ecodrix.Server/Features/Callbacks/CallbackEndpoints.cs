using Ecodrix.Channels.Callbacks;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks.Listening;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Features.Callbacks.Recovery;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>The callback routes: read this file to know what the feature offers.</summary>
internal static class CallbackEndpoints
{
    private static readonly string Version = typeof(CallbackEndpoints).Assembly.GetName().Version!.ToString(3);

    public static IServiceCollection AddCallbacks(this IServiceCollection services) => services
        .Configure<CallbackOptions>(callbacks =>
        {
            callbacks.SignatureHeader = "x-ecodrix-signature";
            callbacks.UserAgent = $"ECODrIx/{Version}";
        })
        .AddSingleton<CallbackCourier>()
        .AddSingleton<ListenedForm>()
        .AddSingleton<ICallbackCourier, ListenedCourier>()
        .AddSingleton<CallbackDoor>()
        .AddSingleton<ReceiverBook>()
        .AddSingleton<ReceiverDoor>()
        .AddSingleton<IWorkHandler, RecoveryJob>()
        .AddTenantRows<Receiver>()
        .AddTenantRows<ParkedWork>()
        .AddWireTypes(CallbacksJson.Default);

    /// <param name="routes">Of tenants.</param>
    public static RouteGroupBuilder MapCallbacks(this IEndpointRouteBuilder routes)
    {
        var callbacks = routes.MapGroup("/api/saas/callbacks").WithTags("Callbacks").Needs(KeyScope.Trigger);
        var logs = callbacks.MapGroup("/logs");

        logs.MapGet("/", ListCallbacks.HandleAsync).WithSummary("List callbacks");
        logs.MapGet("/{callbackId}", GetCallback.HandleAsync).WithSummary("Read a callback with every attempt").Fails(CallbackErrors.NotFound);
        logs.MapPost("/{callbackId}/resend", ResendCallback.HandleAsync).TakesInWork().WithSummary("Send a callback again, with the same id and body").Fails(CallbackErrors.NotFound, CallbackErrors.NotSentYet);
        callbacks.MapPost("/recover", RecoverCallbacks.HandleAsync).TakesInWork().WithSummary("Send the callbacks of a range again").WithIdempotency();

        return callbacks;
    }
}
