using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Runs;

/// <summary>Carries out one attempt at a step: renders, prepares, records the effect, performs.</summary>
/// <remarks>A crash after the effect was recorded and before the settle brings the step back as a repeat, and the handler says what that means for its channel.</remarks>
internal sealed partial class StepAttempt(
    StepHandlers handlers, ISubjects subjects, Parking parking, TimeProvider clock, ITenantClock clocks, IOptions<EngineOptions> options, ILogger<StepAttempt> logger)
{
    private const string Threw = "STEP_FAILED";

    /// <summary>For how long an action that nothing here does is left to a newer version of the program.</summary>
    private static readonly TimeSpan Newcomer = TimeSpan.FromDays(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <exception cref="DatabaseUnavailableException">Nothing has left, so that all of it can be done again.</exception>
    public async Task<Attempted> MakeAsync(HeldWork held, Place place, RuleDefinition? rule, CancellationToken cancellationToken)
    {
        if (await HoldAsync(held, place, cancellationToken) is { } hold)
        {
            return hold;
        }

        var type = handlers.Find(StepAt(held.Current, place).Type)?.Type ?? "unknown";
        var runId = place is Place.InRun at ? held.Current.Event!.Runs[at.Run].Id : null;
        using var span = EngineTelemetry.StepStarted(held.Current, type, runId);
        using var scope = LogScopes.OfRun(logger, runId);
        var began = clock.GetTimestamp();
        var attempted = await OnceAsync(held, place, rule, cancellationToken);
        EngineTelemetry.StepEnded(span, type, attempted.Outcome, clock.GetElapsedTime(began));
        EngineTelemetry.EffectEnded(StepAt(held.Current, place), type, attempted.Outcome);
        return attempted;
    }

    private async Task<Attempted> OnceAsync(HeldWork held, Place place, RuleDefinition? rule, CancellationToken cancellationToken)
    {
        var step = StepAt(held.Current, place);
        if (Refusal(held.Current, place, rule) is { } refusal)
        {
            return new Attempted(refusal, []);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        using var timer = clock.CreateTimer(_ => limit.Cancel(), null, options.Value.StepTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await AttemptAsync(held, place, rule, limit.Token);
        }
        catch (DatabaseUnavailableException failure) when (Uncertain(held, place, failure) is { } uncertain)
        {
            LogStepThrew(step.Type, held.Current.Id, failure);
            return new Attempted(uncertain, []);
        }
        catch (Exception failure) when (failure is not DatabaseUnavailableException && !held.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogStepThrew(step.Type, held.Current.Id, failure);
            return new Attempted(Uncertain(held, place, failure) ?? Tried(step, failure), []);
        }
        catch (OperationCanceledException)
        {
            // Lost or stopping: what is durable says all that is known.
            return new Attempted(null, []);
        }
    }

    public static Step StepAt(WorkItem work, Place place) => place is Place.InRun at
        ? work.Event!.Runs[at.Run].Steps[at.Step]
        : work.Event!.Prelude!.Step;

    /// <returns>Null when nothing holds the step; if something did, it is as it was before.</returns>
    private async Task<Attempted?> HoldAsync(HeldWork held, Place place, CancellationToken cancellationToken)
    {
        var step = StepAt(held.Current, place);
        var rule = place is Place.InRun at ? held.Current.Event!.Runs[at.Run].RuleId : "";
        switch (await parking.Holds.OfStepAsync(held.Database!.Tenant, rule, step.Type, Owed.OfStep(held.Current, place), cancellationToken))
        {
            // What may have left already is not said to be skipped: its handler finds out, and sends nothing again.
            case { IsSkipped: true } skipped when step.EffectStartedAt is null:
                held.Change(work => WithStep(work, place, step with { OwedAt = step.OwedAt ?? skipped.OwedAt }));
                return new Attempted(new StepOutcome.Skipped(skipped.Why), []) { Moment = skipped.OwedAt };
            case { IsSkipped: false } hold:
                var again = await parking.ParkAsync(held.Current, hold.LookAgainAt, cancellationToken);
                return new Attempted(new StepOutcome.Held(hold.Why, again) { OwedAt = hold.OwedAt }, []);
        }

        if (step.HeldSince is not null)
        {
            held.Change(work => WithStep(work, place, StepMachine.Release(step, clocks.Now(work.Tenant))));
        }

        return null;
    }

    private async Task<Attempted> AttemptAsync(HeldWork held, Place place, RuleDefinition? rule, CancellationToken cancellationToken)
    {
        var handler = handlers.Find(StepAt(held.Current, place).Type)!;
        var subject = held.Subject ??= await subjects.LoadAsync(held.Database!, held.Current.LeadId, cancellationToken);
        if (place is Place.InRun && NotNow(held.Current, place, rule!, handler, subject) is { } notNow)
        {
            return new Attempted(notNow, []);
        }

        var (context, warnings, problem) = StepContexts.Of(held, place, rule, handler, clocks.Now(held.Current.Tenant));
        if (problem is not null)
        {
            return new Attempted(problem, warnings);
        }

        context = context with { OwedAt = await FindOwedAsync(held, place, cancellationToken) };
        var prepared = await handler.PrepareAsync(context, cancellationToken);
        warnings = [.. warnings, .. prepared.Warnings];
        if (prepared.Verdict is { } verdict)
        {
            return new Attempted(verdict, warnings);
        }

        var outcome = await PerformAsync(held, place, (handler, context, prepared), cancellationToken);

        // What the step did may have changed whom it is about.
        held.Subject = null;
        return new Attempted(outcome, warnings);
    }

    /// <returns>Null when the step was ended from outside before its effect began.</returns>
    private async Task<StepOutcome?> PerformAsync(
        HeldWork held, Place place, (IStepHandler Handler, StepContext Context, Prepared Prepared) step, CancellationToken cancellationToken)
    {
        var prepared = step.Prepared;
        var isOff = false;
        if (!prepared.BeginsItself && !await BeginAsync())
        {
            return null;
        }

        using (prepared.LeavesTheHouse ? held.Waiting?.Invoke() : null)
        {
            var outcome = await step.Handler.PerformAsync(step.Context with { BeginEffectAsync = BeginAsync }, prepared, cancellationToken);
            return isOff ? null : outcome;
        }

        async Task<bool> BeginAsync()
        {
            isOff = prepared.LeavesTheHouse && options.Value.RecordsEffects && !await RecordAsync(held, place);
            return !isOff;
        }
    }

    /// <returns>Null unless a restore has the step done again.</returns>
    private async ValueTask<DateTimeOffset?> FindOwedAsync(HeldWork held, Place place, CancellationToken cancellationToken) =>
        await parking.Holds.SetAnewSinceAsync(held.Database!.Tenant, cancellationToken) is { } since && Owed.OfStep(held.Current, place)(since) is var owed && owed < since ? owed : null;

    // The lease is proven by the same write that says what is about to happen.
    private async Task<bool> RecordAsync(HeldWork held, Place place)
    {
        var now = clocks.Now(held.Current.Tenant);
        var write = await held.WriteAsync(
            work =>
            {
                var heard = Signals.Apply(work, new Turn(now, work.RunAt, 0));
                var step = StepAt(heard, place);
                return step.IsSettled() ? null : WithStep(heard, place, step with
                {
                    Status = StepStatus.Running,
                    StartedAt = step.StartedAt ?? now,
                    EffectStartedAt = step.EffectStartedAt ?? now,
                });
            },
            CancellationToken.None); // Not to be torn: an unanswered write could have recorded the effect.
        return write is HeldWrite.Written;
    }

    private StepOutcome? Refusal(WorkItem work, Place place, RuleDefinition? rule)
    {
        var step = StepAt(work, place);
        if (handlers.Find(step.Type) is null)
        {
            // In a deploy a newer version may be at work beside this one.
            var now = clocks.Now(work.Tenant);
            return now - (step.DueAt ?? now) < Newcomer
                ? new StepOutcome.TryLater($"Nothing here does {step.Type}; a newer version may.", now + LookAgain, CountsAsAttempt: false)
                : new StepOutcome.Failed("UNKNOWN_ACTION", $"Nothing here does {step.Type}.");
        }

        if (place is Place.Prelude)
        {
            return null;
        }

        if (rule is null || step.Index >= rule.Steps.Count)
        {
            return new StepOutcome.Failed("RULE_GONE", "The version of the rule that this run started with is gone.");
        }

        return null;
    }

    private StepOutcome? NotNow(WorkItem work, Place place, RuleDefinition rule, IStepHandler handler, Subject subject)
    {
        var step = StepAt(work, place);
        return SendTime.Decide(step, rule.Steps[step.Index].ExpiresAfter, handler.Sends ? rule.QuietHours : null, subject.Zone, clocks.Now(work.Tenant));
    }

    private static StepOutcome.Unknown? Uncertain(HeldWork held, Place place, Exception failure) =>
        StepAt(held.Current, place).EffectStartedAt is null ? null : new StepOutcome.Unknown($"It was started and broke off ({failure.GetType().Name}).");

    private static StepOutcome Tried(Step step, Exception failure) => step.Attempts + 1 >= Backoff.MaxAttempts
        ? new StepOutcome.Failed(Threw, $"It broke off {Backoff.MaxAttempts} times ({failure.GetType().Name}).")
        : new StepOutcome.TryLater($"It broke off ({failure.GetType().Name}).");

    private static WorkItem WithStep(WorkItem work, Place place, Step step)
    {
        if (place is not Place.InRun at)
        {
            return work with { Event = work.Event! with { Prelude = work.Event.Prelude! with { Step = step } } };
        }

        var run = work.Event!.Runs[at.Run];
        var steps = run.Steps.ToArray();
        steps[at.Step] = step;
        return EventMachine.WithRun(work, at.Run, run with { Steps = steps });
    }

    [LoggerMessage(LogLevel.Warning, "An attempt at {StepType} of work {WorkId} broke off.")]
    private partial void LogStepThrew(string stepType, string workId, Exception failure);
}
