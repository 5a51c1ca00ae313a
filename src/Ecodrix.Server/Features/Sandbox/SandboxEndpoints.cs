using System.Text.Json.Serialization;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>The sandbox's routes: read this file to know what the feature offers.</summary>
internal static class SandboxEndpoints
{
    public static void MapSandbox(this IEndpointRouteBuilder routes)
    {
        var tenant = routes.MapTenantRoutes();

        var sandbox = tenant.MapGroup("/api/saas/sandbox").WithTags("Sandbox").Needs(KeyScope.Settings);
        sandbox.MapGet("/outbox", ShowOutbox.HandleAsync).WithSummary("What the sandbox took in place of a provider").Needs(KeyScope.Messages).Fails(SandboxErrors.LiveKey);
        sandbox.MapPost("/reset", ResetSandbox.HandleAsync).WithSummary("Empty the test twin").Needs(KeyScope.Erase).Fails(SandboxErrors.LiveKey);

        sandbox.MapGet("/clock", ShowClock.Handle).WithSummary("What time it is for the test twin").Fails(SandboxErrors.LiveKey);
        sandbox.MapPost("/clock/advance", AdvanceClock.HandleAsync).WithSummary("Set the test twin's clock ahead and work off what falls due").Fails(SandboxErrors.LiveKey, SandboxErrors.Paused, SandboxErrors.ClockMoves);

        tenant.MapPost("/api/saas/test/sync", SyncTestTwin.HandleAsync).WithTags("Sandbox").WithSummary("Copy pipelines, templates and rules from live to the test twin").Needs(KeyScope.Settings);
    }

    public static IServiceCollection AddSandbox(this IServiceCollection services) => services
        .AddSingleton(new TravelPatience(TimeSpan.FromSeconds(20)))
        .AddSingleton<ClockTravel>()
        .AddSingleton<RanBook>()
        .AddWireTypes(SandboxJson.Default);
}

/// <summary>How the feature's answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(OutboxItem))]
[JsonSerializable(typeof(ClockView))]
[JsonSerializable(typeof(AdvancedView))]
[JsonSerializable(typeof(AdvanceClock.Request), TypeInfoPropertyName = "AdvanceClockRequest")]
[JsonSerializable(typeof(ResetSandbox.Emptied))]
[JsonSerializable(typeof(SyncTestTwin.Copied))]
internal sealed partial class SandboxJson : JsonSerializerContext;
