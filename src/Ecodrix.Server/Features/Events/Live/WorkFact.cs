using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Events.Live;

/// <summary>What a dashboard is told when work has become something else. A closed set.</summary>
internal abstract record WorkFact
{
    private WorkFact()
    {
    }

    public sealed record Received : WorkFact;

    /// <summary>It begins, or goes on after a retry.</summary>
    public sealed record RunStarted(Run Run) : WorkFact;

    public sealed record StepMoved(Run Run, Step Step) : WorkFact;

    public sealed record RunEnded(Run Run) : WorkFact;

    /// <summary>The event has its status; its runs may live on.</summary>
    public sealed record Ended : WorkFact;

    /// <summary>The callback was attempted, and will be again.</summary>
    public sealed record CallbackTried : WorkFact;

    /// <summary>The callback is delivered, or given up.</summary>
    public sealed record CallbackEnded : WorkFact;

    public sealed record Progressed(Progress Progress) : WorkFact;

    /// <summary>What is new in a state of work, in the order in which it is told. Pure.</summary>
    /// <param name="before">Null when the work was just accepted.</param>
    public static IEnumerable<WorkFact> Between(WorkItem? before, WorkItem after)
    {
        if (before is null && after.Event is not null)
        {
            yield return new Received();
        }

        for (var index = 0; index < after.Event?.Runs.Count; index++)
        {
            foreach (var fact in OfRun(before?.Event?.Runs.ElementAtOrDefault(index), after.Event.Runs[index]))
            {
                yield return fact;
            }
        }

        if (after.Event is { Status: EventStatus.Completed or EventStatus.Failed or EventStatus.Cancelled } state && state.Status != before?.Event?.Status)
        {
            yield return new Ended();
        }

        if (OfCallback(before?.Callback, after.Callback) is { } reported)
        {
            yield return reported;
        }

        if (after is { Event: null, Progress: { } progress } && progress != before?.Progress)
        {
            yield return new Progressed(progress);
        }
    }

    private static WorkFact? OfCallback(CallbackState? before, CallbackState? after) => after switch
    {
        { Status: not CallbackStatus.Pending } when after.Status != before?.Status => new CallbackEnded(),
        { Status: CallbackStatus.Pending } when after.Attempts.Count > (before?.Attempts.Count ?? 0) => new CallbackTried(),
        _ => null,
    };

    private static IEnumerable<WorkFact> OfRun(Run? before, Run after)
    {
        // One that waits for quiet has not started, and may never.
        if (after.Pending is not null || ReferenceEquals(before, after))
        {
            yield break;
        }

        if (before is null or { Pending: not null } || (HasEnded(before) && !HasEnded(after)))
        {
            yield return new RunStarted(after);
        }

        for (var index = 0; index < after.Steps.Count; index++)
        {
            if (HasMoved(before?.Steps.ElementAtOrDefault(index), after.Steps[index]))
            {
                yield return new StepMoved(after, after.Steps[index]);
            }
        }

        if (HasEnded(after) && !HasEnded(before))
        {
            yield return new RunEnded(after);
        }
    }

    private static bool HasEnded(Run? run) => run?.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    private static bool HasMoved(Step? before, Step after) => before is null
        ? after.Status is not StepStatus.Pending
        : !ReferenceEquals(before, after)
            && (before.Status != after.Status
                || before.Attempts != after.Attempts
                || !string.Equals(before.LastError, after.LastError, StringComparison.Ordinal)
                || !string.Equals(before.HeldFor, after.HeldFor, StringComparison.Ordinal));
}
