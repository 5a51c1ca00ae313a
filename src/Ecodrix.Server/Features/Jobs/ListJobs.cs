using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>Lists a tenant's jobs, the newest first.</summary>
internal static class ListJobs
{
    public static async Task<Results<Ok<Page<JobView>>, Failure>> HandleAsync(
        [AsParameters] Filter filter, PageRequest page, Caller caller, JobDoor jobs, CancellationToken cancellationToken)
    {
        if (!WireEnum.TryRead<WorkStatus>(filter.Status, "status", out var status, out var refusal))
        {
            return refusal;
        }

        var where = filter.Range.Conditions().ToList();
        if (filter.Type is { Length: > 0 } type)
        {
            where.Add(Condition.Eq("type", type));
        }

        if (status is not null)
        {
            where.Add(Condition.Eq("status", status));
        }

        var found = await jobs.PageAsync(caller.Tenant, where, page, cancellationToken);
        return TypedResults.Ok(found.Of(page, JobView.Of));
    }

    internal readonly record struct Filter(string? Type, string? Status, HistoryRange Range);
}
