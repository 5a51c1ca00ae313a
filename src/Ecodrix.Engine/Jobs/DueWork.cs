using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Jobs;

/// <summary>Looks for what is due, past the tenants that may have nothing begun now.</summary>
internal sealed class DueWork(IServicesDatabase services, IHeldTenants holds)
{
    private readonly IDocuments<WorkItem> documents = services.Documents<WorkItem>();

    /// <summary>Seen by the last looks; each look asks again, so that one who is released is seen by the next.</summary>
    private HashSet<string> held = new(StringComparer.Ordinal);

    public ValueTask<bool> IsHeldAsync(string tenant, CancellationToken cancellationToken) =>
        holds.IsHeldAsync(TenantId.Parse(tenant), cancellationToken);

    /// <summary>What falls due by then, the earliest first.</summary>
    /// <param name="full">Tenants that have all the slots they may have.</param>
    public async Task<IReadOnlyList<WorkItem>> SeeAsync(Lane lane, DateTimeOffset until, int window, IReadOnlyList<string> full, CancellationToken cancellationToken)
    {
        if (await holds.IsEverybodyHeldAsync(cancellationToken))
        {
            return [];
        }

        // A long backlog of one that is held must not fill the window for everybody else.
        var still = new HashSet<string>(StringComparer.Ordinal);
        await AddHeldAsync(still, Volatile.Read(ref held), cancellationToken);
        while (true)
        {
            var found = await QueryAsync(lane, until, window, [.. still.Union(full, StringComparer.Ordinal)], cancellationToken);
            if (!await AddHeldAsync(still, found.Select(work => work.Tenant), cancellationToken))
            {
                Volatile.Write(ref held, still);
                return found;
            }
        }
    }

    /// <returns>Whether there was one among them.</returns>
    private async Task<bool> AddHeldAsync(HashSet<string> still, IEnumerable<string> tenants, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var tenant in tenants.Distinct(StringComparer.Ordinal))
        {
            any |= await IsHeldAsync(tenant, cancellationToken) && still.Add(tenant);
        }

        return any;
    }

    private Task<IReadOnlyList<WorkItem>> QueryAsync(Lane lane, DateTimeOffset until, int window, IReadOnlyList<string> without, CancellationToken cancellationToken)
    {
        var where = new List<Condition>
        {
            Condition.Eq("lane", lane is Lane.Interactive ? "interactive" : "bulk"),
            Condition.Lte("dueAt", Instants.Write(until)),
        };
        if (without.Count > 0)
        {
            where.Add(new Condition.Not(Condition.In("tenant", without)));
        }

        return documents.QueryAsync(new DocumentQuery(new Condition.All([.. where]), window) { Sort = [new Sort("dueAt")] }, cancellationToken);
    }
}
