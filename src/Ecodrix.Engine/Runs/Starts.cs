using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>What is known of a run that holds a claim.</summary>
internal enum Holder
{
    /// <summary>It is durable.</summary>
    There,

    /// <summary>Its event is just being taken in.</summary>
    Coming,

    /// <summary>Whoever took the claim died before its event was durable, or the event has been cleared away.</summary>
    Gone,
}

/// <summary>What becomes of a run whose quiet time is over. A closed set.</summary>
internal abstract record StartMove
{
    private StartMove()
    {
    }

    /// <param name="Takes">Whether the claim has to be written first; not after a crash that came between.</param>
    public sealed record Go(bool Takes) : StartMove;

    /// <summary>Nobody knows yet whether the one that would replace it comes into being.</summary>
    public sealed record LookAgain : StartMove;

    public sealed record End(string Reason) : StartMove;
}

/// <summary>Decides which runs start. Pure, so that every case is a line in a table.</summary>
internal static class Starts
{
    public const string Debounced = "limits.debounceSeconds: debounced by a later event";

    private const string Started = "|started";

    private const string Kept = "|kept";

    /// <summary>The claim's owner when the run is cleared away and the claim outlives it.</summary>
    public static string OwnerWhenKept(string runId) => runId + Kept;

    /// <summary>Whether the claim's run was durable and is cleared away: it holds the key all the same.</summary>
    public static bool IsKept(LimitClaim claim) => claim.Owner.EndsWith(Kept, StringComparison.Ordinal);

    /// <summary>The claim's owner once the run has started: from then on nothing replaces it.</summary>
    public static string OwnerWhenStarted(string runId) => runId + Started;

    /// <returns>The run that owns the claim, and whether it has started.</returns>
    public static (string RunId, bool HasStarted) OwnerOf(LimitClaim claim) =>
        claim.Owner.EndsWith(Started, StringComparison.Ordinal) ? (claim.Owner[..^Started.Length], true)
        : IsKept(claim) ? (claim.Owner[..^Kept.Length], true)
        : (claim.Owner, false);

    /// <param name="replaces">The run that waited before this one.</param>
    /// <param name="claim">Null when there is none any more.</param>
    /// <param name="holder">What is known of the claim's owner.</param>
    public static StartMove Decide(string runId, string? replaces, LimitClaim? claim, Holder holder)
    {
        if (claim is null)
        {
            return new StartMove.Go(Takes: true);
        }

        var (owner, hasStarted) = OwnerOf(claim);
        if (string.Equals(owner, runId, StringComparison.Ordinal))
        {
            return new StartMove.Go(Takes: !hasStarted);
        }

        // The one before started while this one was on its way in: too late to be replaced, so both events count.
        if (hasStarted && string.Equals(owner, replaces, StringComparison.Ordinal))
        {
            return new StartMove.Go(Takes: true);
        }

        return holder switch
        {
            Holder.There => new StartMove.End(Debounced),
            Holder.Coming => new StartMove.LookAgain(),
            _ => new StartMove.Go(Takes: true),
        };
    }

    /// <summary>Why a rule does not run again for a key that another run holds.</summary>
    /// <param name="within">Null for as long as the rule lives.</param>
    /// <returns>Null when it may run.</returns>
    public static string? WhyNotAgain(string key, LimitClaim held, Holder holder, TimeSpan? within, DateTimeOffset now) => holder switch
    {
        Holder.Gone => null,
        Holder.Coming => $"limits.oncePer: another event with {key} is just being taken in",
        _ when within is not { } time => $"limits.oncePer: already ran for {key}",
        _ when held.TakenAt + within > now => FormattableString.Invariant($"limits.oncePer: already ran for {key} within {within.Value.TotalMinutes:0.##} minutes"),
        _ => null,
    };

    /// <summary>The run as it waits for quiet: its first step falls due then.</summary>
    public static Run Hold(Run run, PendingStart pending, DateTimeOffset until)
    {
        var first = run.Current()!;
        var steps = run.Steps.ToArray();
        steps[first.Index] = StepMachine.Hold(first, first.DueAt > until ? first.DueAt.Value : until, $"limits.debounceSeconds until {Instants.Write(until)}");
        return run with { Pending = pending, Status = RunStatus.Waiting, Steps = steps };
    }

    /// <summary>Ends a run that is not to start after all; its event tells why.</summary>
    public static WorkItem End(WorkItem work, Run run, string reason, DateTimeOffset now)
    {
        var index = work.Event!.Runs.TakeWhile(one => !string.Equals(one.Id, run.Id, StringComparison.Ordinal)).Count();
        var ended = EventMachine.WithRun(work, index, RunMachine.Cancel(run, now, reason));
        return ended with { Event = ended.Event! with { Skipped = [.. ended.Event.Skipped, new SkippedRule(run.RuleId, run.RuleName, reason)] } };
    }
}
