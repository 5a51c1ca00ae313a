using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Callbacks.Recovery;

/// <summary>Sends the callbacks of a range again, after an outage of their receiver: a job, whose progress is asked like any other's.</summary>
internal static class RecoverCallbacks
{
    /// <param name="Since">Of events accepted from then on.</param>
    /// <param name="Until">Exclusive; now when left out.</param>
    /// <param name="Url">Only callbacks to just this address.</param>
    /// <param name="Status"><c>failed</c> when left out.</param>
    /// <param name="DryRun">Counts, and sends nothing.</param>
    public sealed record Request(DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Url = null, string? Status = null, bool DryRun = false);

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(IdempotentId Id, JobDoor Jobs, IWorkControl Control, ITenantClock Clocks);

    public static async Task<Results<Ok<RecoveryView>, Accepted<RecoveryView>, Failure>> HandleAsync(
        Request request, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        if (!WireEnum.TryRead<CallbackStatus>(request.Status, "status", out var status, out var refusal))
        {
            return refusal;
        }

        var now = parts.Clocks.Now(caller.Tenant);
        var (range, wrong) = TimeRange.Read(request.Since, request.Until, now);
        if (wrong is not null)
        {
            return wrong;
        }

        var state = new RecoveryState(range!.From!.Value, range.Until!.Value, request.Url, status ?? "failed");
        var matched = await parts.Jobs.CountAsync(caller.Tenant, state.Conditions(), cancellationToken);
        if (request.DryRun)
        {
            return TypedResults.Ok(new RecoveryView(DryRun: true, matched, JobId: null));
        }

        var job = new WorkItem
        {
            Id = parts.Id,
            Tenant = caller.Tenant.Value,
            Type = RecoveryJob.JobType,
            Lane = Lane.Bulk,
            CreatedAt = now,
            RunAt = now,
            State = RecoveryJob.Write(state),
            Progress = new Progress(0, matched),
        };
        await parts.Control.AddJobAsync(job, cancellationToken);
        return TypedResults.Accepted((string?)null, new RecoveryView(DryRun: false, matched, job.Id));
    }
}

/// <param name="Matched">How many callbacks there are to be sent again.</param>
/// <param name="JobId">Null for a dry run.</param>
internal sealed record RecoveryView(bool DryRun, int Matched, string? JobId);

/// <summary>Which callbacks are sent again, and how far that is.</summary>
/// <param name="Last">The id of the last work that was looked at.</param>
internal sealed record RecoveryState(DateTimeOffset Since, DateTimeOffset Until, string? Url, string Status, string? Last = null)
{
    public IReadOnlyList<Condition> Conditions()
    {
        List<Condition> where = [.. new HistoryRange(Since, Until).Conditions(), Condition.Eq("callback.status", Status)];
        if (Url is not null)
        {
            where.Add(Condition.Eq("callback.url", Url));
        }

        return where;
    }
}
