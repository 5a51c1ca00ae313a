using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Retention;

/// <summary>Decides since when a piece of work has been over. Pure.</summary>
internal static class WorkAge
{
    /// <returns>When the last of it ended: its runs, its callback, itself. Null while anything of it waits, is held or is still to be told, however old it is.</returns>
    public static DateTimeOffset? EndOf(WorkItem work)
    {
        if (work is not { IsFinished: true, FinishedAt: { } end, DueAt: null, Lease: null, Untold: false, Signals.Count: 0 } || !HasEnded(work.Event))
        {
            return null;
        }

        var moments = (work.Event?.Runs.Select(run => run.FinishedAt) ?? [])
            .Concat(work.Callback?.Attempts.Select(attempt => (DateTimeOffset?)attempt.At) ?? [])
            .Append(work.Event?.ProcessedAt)
            .Append(work.Callback?.DeliveredAt);
        return moments.Aggregate(end, (latest, moment) => moment > latest ? moment.Value : latest);
    }

    // Of a cancelled event nothing goes on, whatever its runs show.
    private static bool HasEnded(EventState? state) =>
        state is null || state.Status is EventStatus.Cancelled || (state.IsConcluded() && state.Runs.All(run => run.HasEnded()));
}
