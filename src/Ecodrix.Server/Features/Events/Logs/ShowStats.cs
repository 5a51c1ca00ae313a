using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Counts a tenant's events by trigger and by status; the database does the counting.</summary>
internal static class ShowStats
{
    public static async Task<Ok<StatsView>> HandleAsync(HistoryRange range, Caller caller, JobDoor jobs, CancellationToken cancellationToken)
    {
        Condition[] where = [Condition.Eq("type", WorkItem.EventType), .. range.Conditions()];
        Aggregate[] ofTriggers =
        [
            new Aggregate.Count(),
            new Aggregate.CountIf(Condition.Eq("event.status", "completed")),
            new Aggregate.CountIf(Condition.Eq("event.status", "failed")),
        ];

        var triggers = await jobs.GroupAsync(caller.Tenant, where, new GroupKey.Field("event.trigger"), ofTriggers, cancellationToken);
        var statuses = await jobs.GroupAsync(caller.Tenant, where, new GroupKey.Field("event.status"), [new Aggregate.Count()], cancellationToken);

        return TypedResults.Ok(new StatsView(
            statuses.Sum(row => (long)row.Figures[0]!.Value),
            [.. triggers.Select(TriggerStats.Of).OrderByDescending(row => row.Count)],
            [.. statuses.Select(row => new StatusStats(row.Keys[0]!, (long)row.Figures[0]!.Value)).OrderByDescending(row => row.Count)]));
    }
}

internal sealed record StatsView(long TotalEvents, IReadOnlyList<TriggerStats> ByTrigger, IReadOnlyList<StatusStats> ByStatus);

/// <param name="SuccessRate">The share of the completed among those that completed or failed; null while none has.</param>
internal sealed record TriggerStats(string Trigger, long Count, double? SuccessRate)
{
    /// <param name="row">All, completed and failed events of a trigger.</param>
    public static TriggerStats Of(GroupRow row)
    {
        var (completed, failed) = (row.Figures[1] ?? 0, row.Figures[2] ?? 0);
        return new TriggerStats(row.Keys[0]!, (long)row.Figures[0]!.Value, completed + failed > 0 ? Math.Round(completed / (completed + failed), 4) : null);
    }
}

internal sealed record StatusStats(string Status, long Count);
