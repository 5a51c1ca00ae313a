using Ecodrix.Engine.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Advances a job that is no event: one attempt by its handler, or one of its callback.</summary>
internal sealed partial class JobPass(
    IServiceProvider provider, CallbackDelivery callbacks, Parking parking, Settling settling, TimeProvider clock, ITenantClock clocks, IOptions<EngineOptions> options, ILogger<JobPass> logger)
{
    // Another version of the program may know the type.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Lazy<Dictionary<string, IWorkHandler>> handlers =
        new(() => provider.GetServices<IWorkHandler>().ToDictionary(handler => handler.Type, StringComparer.Ordinal));

    public async Task RunAsync(Hold hold)
    {
        var held = hold.Work;
        if (hold.Stopping.IsCancellationRequested)
        {
            await settling.HandBackAsync(held, clock.GetUtcNow());
            return;
        }

        held.Change(work => Signals.Apply(work, settling.Turn(work)));
        if (held.Current.Callback is not null)
        {
            await DeliverAsync(hold);
        }
        else if (held.Current.IsFinished)
        {
            await settling.SettleAsync(held, work => work with { DueAt = null });
        }
        else if (!handlers.Value.TryGetValue(held.Current.Type, out var handler))
        {
            LogNoHandler(held.Current.Type, held.Current.Id);
            await settling.HandBackAsync(held, clock.GetUtcNow() + LookAgain);
        }
        else if (await parking.Holds.OfJobAsync(held.Database!.Tenant, held.Current.Type, hold.Abort) is { } back)
        {
            var again = await parking.ParkAsync(held.Current, back.LookAgainAt, hold.Abort);
            held.Change(work => work with { HeldFor = back.Why });

            // A release that came in between has taken the reason away.
            await settling.SettleAsync(held, work => work with { DueAt = work.IsFinished ? null : work.HeldFor is null ? clocks.Now(work.Tenant) : again });
        }
        else
        {
            if (held.Current.HeldFor is not null)
            {
                held.Change(work => work with { HeldFor = null });
            }

            await AdvanceAsync(hold, handler);
        }
    }

    private async Task DeliverAsync(Hold hold)
    {
        var held = hold.Work;
        var isDue = !held.Current.IsFinished && held.Current.Callback is { Status: CallbackStatus.Pending, NextAttemptAt: var at } && !(at > clocks.Now(held.Current.Tenant));
        if (isDue && !await callbacks.AttemptAsync(held, hold.Abort) && held.Lost.IsCancellationRequested)
        {
            return;
        }

        await settling.SettleAsync(held, work => JobMachine.FollowCallback(work, clocks.Now(work.Tenant)));
    }

    private async Task AdvanceAsync(Hold hold, IWorkHandler handler)
    {
        var held = hold.Work;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(hold.Abort, held.Lost);
        using var timer = clock.CreateTimer(_ => limit.Cancel(), null, options.Value.StepTimeout, Timeout.InfiniteTimeSpan);
        var left = false;
        WorkOutcome outcome;
        try
        {
            outcome = await handler.AdvanceAsync(held.Database!, held.Current, RecordAsync, limit.Token);
        }
        catch (Exception failure) when (!hold.Abort.IsCancellationRequested && !held.Lost.IsCancellationRequested)
        {
            LogHandlerThrew(held.Current.Type, held.Current.Id, failure);
            outcome = new WorkOutcome.TryLater($"It broke off ({failure.GetType().Name}).");
        }
        catch (OperationCanceledException)
        {
            if (!held.Lost.IsCancellationRequested)
            {
                await settling.HandBackAsync(held, clock.GetUtcNow());
            }

            return;
        }

        if (left)
        {
            EngineTelemetry.EffectEnded(held.Current.Type, outcome);
        }

        held.Change(work => JobMachine.Apply(work, outcome, settling.Turn(work)));
        var due = held.Current.DueAt;
        await settling.SettleAsync(held, work => work with { DueAt = work.IsFinished ? null : due });

        async Task<bool> RecordAsync(System.Text.Json.JsonElement state) =>
            left = await held.WriteAsync(
                work => Signals.Apply(work, settling.Turn(work)).IsFinished ? null : work with { State = state },
                CancellationToken.None) is HeldWrite.Written; // Not to be torn: it says what is about to happen.
    }

    [LoggerMessage(LogLevel.Warning, "Nothing here does work of type {WorkType}; {WorkId} waits.")]
    private partial void LogNoHandler(string workType, string workId);

    [LoggerMessage(LogLevel.Warning, "Work {WorkId} of type {WorkType} broke off.")]
    private partial void LogHandlerThrew(string workType, string workId, Exception failure);
}
