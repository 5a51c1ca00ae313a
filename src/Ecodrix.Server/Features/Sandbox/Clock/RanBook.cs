using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Counts what a tenant's work has done since a time, from what is stored.</summary>
internal sealed class RanBook(IServicesDatabase services)
{
    private const int PageSize = 500;

    private const int CountedAtMost = 20_000;

    private readonly IDocuments<WorkItem> documents = services.Documents<WorkItem>();

    /// <param name="touched">What was there before and may have had a turn. What came since is found by its id.</param>
    public async Task<RanView> SinceAsync(TenantId tenant, DateTimeOffset since, IReadOnlySet<string> touched, CancellationToken cancellationToken)
    {
        var ran = new RanView(0, 0, 0, 0);
        foreach (var ids in touched.Chunk(PageSize))
        {
            var known = await documents.FindManyAsync(ids, cancellationToken);
            ran = known.Where(work => work.CreatedAt < since).Aggregate(ran, (sum, work) => With(sum, work, since));
        }

        var from = DocumentId.LowerBound(since);
        for (var seen = 0; seen < CountedAtMost; seen += PageSize)
        {
            var page = await documents.QueryAsync(
                new DocumentQuery(new Condition.All(Condition.Eq("tenant", tenant.Value), Condition.Gt("_id", from)), PageSize), cancellationToken);
            ran = page.Where(work => work.CreatedAt >= since).Aggregate(ran, (sum, work) => With(sum, work, since));
            if (page is not [.., { } last] || page.Count < PageSize)
            {
                break;
            }

            from = last.Id;
        }

        return ran;
    }

    private static RanView With(RanView sum, WorkItem work, DateTimeOffset since)
    {
        var callbacks = work.Callback?.Attempts.Count(attempt => attempt.At >= since) ?? 0;
        if (work.Event is not { } state)
        {
            return sum with { Jobs = sum.Jobs + (work.StartedAt is null ? 0 : 1), Callbacks = sum.Callbacks + callbacks };
        }

        var steps = state.Runs.Sum(run => run.Steps.Count(step => step.FinishedAt >= since && IsDone(step.Status)));
        var moved = steps > 0 || callbacks > 0 || work.CreatedAt >= since || state.ProcessedAt >= since;
        return sum with { Events = sum.Events + (moved ? 1 : 0), Steps = sum.Steps + steps, Callbacks = sum.Callbacks + callbacks };
    }

    // What was left out is no work that ran.
    private static bool IsDone(StepStatus status) => status is StepStatus.Completed or StepStatus.Failed or StepStatus.Unknown;
}
