using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Retention;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine;

/// <summary>Puts the engine into a host.</summary>
public static class EngineRegistration
{
    /// <summary>
    /// Registers <see cref="IEventIntake"/>, <see cref="IWorkControl"/> and the workers. The host registers the storage,
    /// <see cref="IRuleBook"/>, <see cref="ISubjects"/>, <see cref="ICallbackCourier"/>, its <see cref="IStepHandler"/>s,
    /// <see cref="IWorkHandler"/>s, <see cref="IWorkObserver"/>s and, where it wants, an <see cref="IWorkWatcher"/>, all as singletons.
    /// </summary>
    /// <param name="configure">Given the options to fill, from the host's <see cref="EngineOptions.Section"/>.</param>
    public static IServiceCollection AddEngine(this IServiceCollection services, Action<EngineOptions>? configure = null)
    {
        EngineTelemetry.Begin();
        services.AddOptions<EngineOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<EngineOptions>, EngineOptionsRules>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddWork().AddRuns().AddRetention();
        services.AddSingleton<IStepHandler, WaitHandler>();
        services.AddSingleton<IStepHandler, WaitForHandler>();
        services.AddSingleton<IStepHandler, BranchHandler>();
        services.AddSingleton<IStepHandler, StopHandler>();
        services.TryAddSingleton<StepHandlers>();
        return services;
    }

    private static IServiceCollection AddWork(this IServiceCollection services)
    {
        services.TryAddSingleton<Slots>();
        services.TryAddSingleton<IOtherProcesses, NobodyElse>();
        services.TryAddSingleton<FairProcessor>();
        services.TryAddSingleton<Waker>();
        services.TryAddSingleton<IHeldTenants, NobodyHeld>();
        services.TryAddSingleton<IHolds, NothingHeld>();
        services.TryAddSingleton<Parking>();
        services.TryAddSingleton<HeldRelease>();
        services.TryAddSingleton<ITenantShares, EqualShares>();
        services.TryAddSingleton<ITenantClock, OneClock>();
        services.TryAddSingleton<ITimeTravel, TimeTravel>();
        services.TryAddSingleton<KnownWork>();
        services.TryAddSingleton<IForesight, Foresight>();
        services.TryAddSingleton<DueWork>();
        services.TryAddSingleton<Backlogs>();
        services.TryAddSingleton<Admission>();
        services.TryAddSingleton<FairTurns>();
        services.TryAddSingleton<LeadLines>();
        services.TryAddSingleton<IWorkWatcher, NobodyWatches>();
        services.TryAddSingleton<WorkQueue>();
        services.TryAddSingleton<Observers>();
        services.TryAddSingleton<Settling>();
        services.TryAddSingleton<WorkPatch>();
        services.TryAddSingleton<JobPass>();
        services.TryAddSingleton<WorkPass>();
        services.TryAddSingleton<Vacancies>();
        services.TryAddSingleton<UnderWay>();
        services.TryAddSingleton<WorkLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkLoop>());
        return services;
    }

    private static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.TryAddSingleton<OldClaims>();
        services.TryAddSingleton<ITenantClaims>(provider => provider.GetRequiredService<OldClaims>());
        services.TryAddSingleton<RunRemains>();
        services.TryAddSingleton<Leftovers>();
        services.TryAddSingleton<OldWork>();
        services.AddHostedService<RetentionSweep>();
        return services;
    }

    private static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.TryAddSingleton<SequenceClaims>();
        services.TryAddSingleton<CancelMarks>();
        services.TryAddSingleton<RunEnds>();
        services.TryAddSingleton<RunLimits>();
        services.TryAddSingleton<RunCancels>();
        services.TryAddSingleton<Admissions>();
        services.TryAddSingleton<LoopGuard>();
        services.TryAddSingleton<EventStart>();
        services.TryAddSingleton<IDeferredEvents, NothingDeferred>();
        services.TryAddSingleton<Deferrals>();
        services.TryAddSingleton<IEventIntake, EventIntake>();
        services.TryAddSingleton<PreludeWatch>();
        services.TryAddSingleton<IWorkControl, WorkControl>();
        services.TryAddSingleton<LeadWaits>();
        services.TryAddSingleton<StepAttempt>();
        services.TryAddSingleton<CallbackDelivery>();
        services.TryAddSingleton<EventOpening>();
        services.TryAddSingleton<EventNews>();
        services.TryAddSingleton<StepSources>();
        services.TryAddSingleton<StepPass>();
        services.TryAddSingleton<EventPass>();
        return services;
    }
}
