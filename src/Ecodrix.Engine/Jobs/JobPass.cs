using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <summary>Advances a job that is no event: one attempt by its handler, or one of its callback.</summary>
internal sealed partial class JobPass(
    KnownWork known, CallbackDelivery callbacks, Parking parking, Settling settling, TimeProvider clock, ITenantClock clocks, IOptions<EngineOptions> options, ILogger<JobPass> logger)
{
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
        else if (await parking.Holds.OfJobAsync(held.Database!.Tenant, held.Current.Type, Owed.OfJob(held.Current), hold.Abort) is { } back)
        {
            if (back.IsSkipped)
            {
                await SkipAsync(held, back.Why, hold.Abort);
                return;
            }

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

            await AdvanceAsync(hold, HandlerOf(held.Current));
        }
    }

    private async Task SkipAsync(HeldWork held, string why, CancellationToken cancellationToken)
    {
        await HandlerOf(held.Current).SkipAsync(held.Database!, held.Current, why, cancellationToken);
        held.Change(work => JobMachine.Cancel(work, clocks.Now(work.Tenant)) with { LastError = why, HeldFor = null });
        await settling.SettleAsync(held, work => work with { DueAt = null });
    }

    private IWorkHandler HandlerOf(WorkItem work) =>
        known.HandlerOf(work.Type) ?? throw new InvalidOperationException($"{work.Type} was taken and nothing here does it.");

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
            outcome = BrokenOff(failure);
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

        held.Change(work => Written(JobMachine.Apply(work, outcome, settling.Turn(work))));
        var due = held.Current.DueAt;
        await settling.SettleAsync(held, work => work with { DueAt = work.IsFinished ? null : due });

        async Task<bool> RecordAsync(System.Text.Json.JsonElement state) =>
            left = await held.WriteAsync(
                work => Signals.Apply(work, settling.Turn(work)).IsFinished ? null : Written(work with { State = state }),
                CancellationToken.None) is HeldWrite.Written; // Not to be torn: it says what is about to happen.

        WorkItem Written(WorkItem work) => work with { StateVersion = Math.Max(work.StateVersion, handler.StateVersion) };
    }

    // A database that is down is no attempt of the job's.
    private static WorkOutcome.TryLater BrokenOff(Exception failure) => failure is DatabaseUnavailableException
        ? new WorkOutcome.TryLater("A database is not available.", CountsAsAttempt: false)
        : new WorkOutcome.TryLater($"It broke off ({failure.GetType().Name}).");

    [LoggerMessage(LogLevel.Warning, "Work {WorkId} of type {WorkType} broke off.")]
    private partial void LogHandlerThrew(string workType, string workId, Exception failure);
}
