using System.Runtime.CompilerServices;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Jobs;

/// <inheritdoc cref="ITimeTravel"/>
internal sealed class TimeTravel(IServicesDatabase services, ITenantClock clocks, Waker waker, TimeProvider clock, IOptions<EngineOptions> options) : ITimeTravel
{
    private const int PageSize = 500;

    private readonly IDocuments<WorkItem> documents = services.Documents<WorkItem>();

    public async Task<Outlook> LookAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = clocks.Now(tenant);
        DateTimeOffset? next = null;
        var (due, later) = (0, 0);
        await foreach (var work in UnfinishedAsync(tenant, until: null, cancellationToken))
        {
            if (work.Lease is not null)
            {
                due++;
                continue;
            }

            var at = DueOf(work);
            (due, later) = at <= now ? (due + 1, later) : (due, later + 1);
            next = next < at ? next : at;
        }

        return new Outlook(next, due, later);
    }

    public async Task<bool> IsBusyAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        // A lease is a due time in the near future.
        var now = clock.GetUtcNow();
        await foreach (var work in UnfinishedAsync(tenant, now + options.Value.Lease, cancellationToken))
        {
            if (work.Lease is not null || work.DueAt <= now)
            {
                return true;
            }
        }

        return false;
    }

    public async Task<IReadOnlyList<string>> FollowClockAsync(TenantId tenant, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var ahead = clocks.AheadOf(tenant.Value);
        var stale = new List<WorkItem>();
        await foreach (var work in UnfinishedAsync(tenant, until: null, cancellationToken))
        {
            if (work.Lease is null && (work.ClockAhead ?? TimeSpan.Zero) != ahead && !(DueOf(work) > until))
            {
                stale.Add(work);
            }
        }

        // Who is quicker with one of them sets its time by the clock as it is now.
        var moved = await Task.WhenAll(stale.Select(work => documents.TryReplaceAsync(
            clocks.AtRest(work with { Version = work.Version + 1, DueAt = DueOf(work) }), cancellationToken)));
        waker.WakeAnyone();
        return [.. stale.Where((_, index) => moved[index]).Select(work => work.Id)];
    }

    private static DateTimeOffset DueOf(WorkItem work) => work.DueAt!.Value + (work.ClockAhead ?? TimeSpan.Zero);

    /// <summary>What has a real due time, the earliest first.</summary>
    private async IAsyncEnumerable<WorkItem> UnfinishedAsync(TenantId tenant, DateTimeOffset? until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mine = new List<Condition> { Condition.Eq("tenant", tenant.Value), Condition.Exists("dueAt") };
        if (until is { } bound)
        {
            mine.Add(Condition.Lte("dueAt", Instants.Write(bound)));
        }

        List<Condition> rest = [];
        while (true)
        {
            var page = await documents.QueryAsync(new DocumentQuery(new Condition.All([.. mine, .. rest]), PageSize) { Sort = [new Sort("dueAt")] }, cancellationToken);
            foreach (var work in page)
            {
                yield return work;
            }

            if (page is not [.., { } last] || page.Count < PageSize)
            {
                yield break;
            }

            var from = Instants.Write(last.DueAt!.Value);
            rest = [Condition.Gte("dueAt", from), new Condition.Any(Condition.Gt("dueAt", from), Condition.Gt("_id", last.Id))];
        }
    }
}
