using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Deferrals;
using Ecodrix.Server.Features.Events.Live;
using Ecodrix.Server.Features.Events.Logs;
using Ecodrix.Server.Features.Events.Replays;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Server.Http.Intake;

namespace Ecodrix.Server.Features.Events;

/// <summary>The trigger and event routes: read this file to know what the feature offers.</summary>
internal static class EventEndpoints
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton<TriggerReader>()
        .AddSingleton<DailyQuota>()
        .AddSingleton<TriggerIntake>()
        .AddSingleton<DeferredTriggers>()
        .AddSingleton<IDeferredEvents, DeferredAdmission>()
        .AddTenantRows<DeferredWork>()
        .AddSingleton<KeyedTriggers>()
        .AddSingleton<DryRun>()
        .AddSingleton<EventLog>()
        .AddSingleton<EventDoor>()
        .AddSingleton<ISystemTriggers>(provider => provider.GetRequiredService<EventDoor>())
        .AddSingleton<IWorkObserver, FailureTriggers>()
        .AddSingleton<IWorkWatcher, WorkNews>()
        .AddSingleton<IWorkHandler, ReplayJob>()
        .AddWireTypes(EventsJson.Default);

    /// <param name="routes">Of tenants.</param>
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var triggers = routes.MapGroup("").WithTags("Triggers").Needs(KeyScope.Trigger);

        triggers.MapPost(FireTrigger.Path, FireTrigger.HandleAsync).WithSummary("Fire a named event")
            .CountsAsTrigger().TakesInWork().EvenWithoutDatabase().WithOwnIdempotency()
            .Fails(EventErrors.MissingTrigger, EventErrors.InvalidTrigger, EventErrors.InvalidPhone, EventErrors.LeadNotFound, EventErrors.DailyEventsUsed, EventErrors.PayloadTooLarge);
        triggers.MapPost(FireBatch.Path, FireBatch.HandleAsync).WithSummary("Fire up to 1,000 events")
            .CountsTriggersItself().TakesInWork().EvenWithoutDatabase().WithOwnIdempotency().WithBodyLimit(FireBatch.BodyBytes);

        var events = routes.MapGroup("/api/saas/events").WithTags("Events").Needs(KeyScope.Trigger);

        events.MapGet("/logs", ListEvents.HandleAsync).WithSummary("List events");
        events.MapGet("/logs/{logId}", GetEvent.HandleAsync).WithSummary("Read an event with its runs and callback").Fails(EventErrors.NotFound);
        events.MapGet("/stats", ShowStats.HandleAsync).WithSummary("Count events by trigger and status");
        events.MapPost("/logs/{logId}/replay", ReplayEvent.HandleAsync).WithSummary("Fire an event again with the same payload")
            .TakesInWork().WithIdempotency().Fails(EventErrors.NotFound, EventErrors.LeadNotFound);
        events.MapPost("/replay", ReplayEvents.HandleAsync).TakesInWork().WithSummary("Fire the events of a range again").WithIdempotency();
        events.MapPost("/logs/{logId}/cancel", CancelEvent.HandleAsync).WithSummary("Cancel a scheduled event")
            .Fails(EventErrors.NotFound, EventErrors.NotScheduled);
    }
}
