using System.Diagnostics;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Replays;

/// <summary>Fires the events of a range again: a job, whose progress is asked like any other's.</summary>
/// <remarks>Only what came from outside: what an event caused is caused again by its repetition, and a repetition is none to repeat. What is still to come or was cancelled is left alone.</remarks>
internal static class ReplayEvents
{
    /// <param name="Since">Of events accepted from then on.</param>
    /// <param name="Until">Exclusive; now when left out.</param>
    /// <param name="Trigger">Every trigger when left out.</param>
    /// <param name="DryRun">Counts, and fires nothing.</param>
    public sealed record Request(DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Trigger = null, bool DryRun = false);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(IdempotentId Id, JobDoor Jobs, IWorkControl Control, ITenantClock Clocks);

    public static async Task<Results<Ok<ReplayView>, Accepted<ReplayView>, Failure>> HandleAsync(
        Request request, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (request.Trigger is { } trigger && (trigger.Length is 0 or > 100 || trigger.Any(char.IsWhiteSpace)))
        {
            return new Failure(EventErrors.InvalidTrigger, new ValidationErrors("trigger", "must have 1 to 100 characters and no white space"));
        }

        var now = parts.Clocks.Now(caller.Tenant);
        var (range, refusal) = TimeRange.Read(request.Since, request.Until, now);
        if (refusal is not null)
        {
            return refusal;
        }

        var state = new ReplayState(range!.From!.Value, range.Until!.Value, request.Trigger);
        var matched = await parts.Jobs.CountAsync(caller.Tenant, state.Conditions(), cancellationToken);
        if (request.DryRun)
        {
            return TypedResults.Ok(new ReplayView(DryRun: true, matched, JobId: null));
        }

        var job = new WorkItem
        {
            Id = parts.Id,
            Tenant = caller.Tenant.Value,
            Type = ReplayJob.JobType,
            Lane = Lane.Bulk,
            CreatedAt = now,
            RunAt = now,
            Traceparent = Activity.Current?.Id,
            State = ReplayJob.Write(state),
            Progress = new Progress(0, matched),
        };
        await parts.Control.AddJobAsync(job, cancellationToken);
        return TypedResults.Accepted((string?)null, new ReplayView(DryRun: false, matched, job.Id));
    }
}

/// <param name="Matched">How many events there are to be fired again.</param>
/// <param name="JobId">Null for a dry run.</param>
internal sealed record ReplayView(bool DryRun, int Matched, string? JobId);

/// <summary>Which events are fired again, and how far that is.</summary>
/// <param name="Last">The id of the last event that was looked at.</param>
internal sealed record ReplayState(DateTimeOffset Since, DateTimeOffset Until, string? Trigger, string? Last = null)
{
    public IReadOnlyList<Condition> Conditions()
    {
        List<Condition> where =
        [
            .. new HistoryRange(Since, Until).Conditions(),
            Condition.Eq("type", WorkItem.EventType),
            Condition.Eq("event.lineage.depth", 0),
            Condition.Eq("event.replayOf", null),
            new Condition.Not(Condition.In("event.status", ["scheduled", "cancelled"])),
        ];
        if (Trigger is not null)
        {
            where.Add(Condition.Eq("event.trigger", Trigger));
        }

        return where;
    }
}
