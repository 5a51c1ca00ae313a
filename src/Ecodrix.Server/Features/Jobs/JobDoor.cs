using System.Runtime.CompilerServices;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Jobs;

/// <summary>A tenant's own work, in flight and past: what events, runs, callbacks and jobs are views of.</summary>
internal sealed class JobDoor(IServicesDatabase services, IForesight foresight)
{
    private const int Slice = 200;

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    /// <returns>As its holder will leave it after what was asked of it meanwhile. Null when the tenant has no such work, whoever else may have it.</returns>
    public async Task<WorkItem?> FindAsync(TenantId tenant, string id, CancellationToken cancellationToken) =>
        await work.FindAsync(id, cancellationToken) is { } found && string.Equals(found.Tenant, tenant.Value, StringComparison.Ordinal) ? foresight.See(found) : null;

    /// <returns>Those that the tenant has, in the order of <paramref name="ids"/>.</returns>
    public async Task<IReadOnlyList<WorkItem>> FindManyAsync(TenantId tenant, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. (await work.FindManyAsync(ids, cancellationToken)).Where(found => string.Equals(found.Tenant, tenant.Value, StringComparison.Ordinal))];

    /// <summary>Writes down work that has already ended when it is recorded.</summary>
    /// <returns>False when the id is taken.</returns>
    public Task<bool> RecordAsync(WorkItem ended, CancellationToken cancellationToken) => work.TryAddAsync(ended, cancellationToken);

    /// <summary>A page of the tenant's work, the newest first. With a cursor nothing is counted.</summary>
    public async Task<WorkPage> PageAsync(TenantId tenant, IEnumerable<Condition> where, PageRequest page, CancellationToken cancellationToken)
    {
        Condition[] conditions = [Of(tenant), .. where];
        var query = new DocumentQuery(new Condition.All([.. conditions, .. After(page.Cursor)]), page.Limit + 1)
        {
            Sort = [new Sort("_id", Descending: true)],
            Skip = page.Skip,
        };
        var found = await work.QueryAsync(query, cancellationToken);

        int? counted = page.Cursor is null
            ? await work.CountAsync(new Condition.All(conditions), Page<WorkItem>.CountedAtMost + 1, cancellationToken)
            : null;
        return new WorkPage([.. found.Take(page.Limit)], counted, found.Count > page.Limit);
    }

    /// <summary>How much of the tenant's work meets the conditions.</summary>
    public Task<int> CountAsync(TenantId tenant, IEnumerable<Condition> where, CancellationToken cancellationToken) =>
        work.CountAsync(new Condition.All([Of(tenant), .. where]), int.MaxValue, cancellationToken);

    /// <summary>The next of the tenant's work that meets the conditions, the oldest first.</summary>
    /// <param name="after">The id of the last one of the slice before; null for the first slice.</param>
    public Task<IReadOnlyList<WorkItem>> SliceAsync(
        TenantId tenant, IEnumerable<Condition> where, string? after, int limit, CancellationToken cancellationToken) =>
        work.QueryAsync(
            new DocumentQuery(new Condition.All([Of(tenant), .. where, .. after is null ? Array.Empty<Condition>() : [Condition.Gt("_id", after)]]), limit),
            cancellationToken);

    /// <summary>The tenant's work that meets the conditions, the newest first, in slices, so that whoever reads may stop.</summary>
    public async IAsyncEnumerable<WorkItem> WalkAsync(
        TenantId tenant, IReadOnlyList<Condition> where, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            var query = new DocumentQuery(new Condition.All([Of(tenant), .. where, .. After(last)]), Slice)
            {
                Sort = [new Sort("_id", Descending: true)],
            };
            var slice = await work.QueryAsync(query, cancellationToken);
            foreach (var item in slice)
            {
                yield return item;
            }

            if (slice.Count < Slice)
            {
                yield break;
            }

            last = slice[^1].Id;
        }
    }

    /// <summary>Figures of the tenant's work, made in the database.</summary>
    public Task<IReadOnlyList<GroupRow>> GroupAsync(
        TenantId tenant, IEnumerable<Condition> where, GroupKey by, IReadOnlyList<Aggregate> figures, CancellationToken cancellationToken) =>
        work.GroupAsync(new Grouping(new Condition.All([Of(tenant), .. where]), [by], figures), cancellationToken);

    private static Condition Of(TenantId tenant) => Condition.Eq("tenant", tenant.Value);

    private static IEnumerable<Condition> After(string? cursor) => cursor is null ? [] : [Condition.Lt("_id", cursor)];
}

/// <param name="Counted">Null when nothing was counted.</param>
internal sealed record WorkPage(IReadOnlyList<WorkItem> Items, int? Counted, bool HasMore)
{
    /// <summary>The page of views of these items.</summary>
    public Page<T> Of<T>(PageRequest request, Func<WorkItem, T> view)
    {
        var page = new Page<T>([.. Items.Select(view)], request) { NextCursor = HasMore ? Items[^1].Id : null };
        return Counted is { } counted ? page.Of(counted) : page;
    }
}
