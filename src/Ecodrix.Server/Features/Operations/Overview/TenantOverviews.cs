using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Operations.Overview;

/// <summary>Figures of several clients at once: two groupings, and one look for each that has work waiting.</summary>
internal sealed class TenantOverviews(IServicesDatabase services, TimeProvider clock)
{
    private static readonly Aggregate[] OfWindow =
    [
        new Aggregate.CountIf(Condition.Eq("type", WorkItem.EventType)),
        new Aggregate.CountIf(new Condition.Any(Condition.Eq("status", "failed"), Condition.Eq("event.status", "failed"))),
        new Aggregate.CountIf(Condition.Eq("needsAttention", true)),
    ];

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    /// <param name="isTest">Of the test twins, not of the clients themselves.</param>
    /// <param name="back">How far the window reaches back from now.</param>
    public async Task<IReadOnlyList<TenantOverview>> OfAsync(IReadOnlyList<ListedClient> clients, bool isTest, TimeSpan back, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var since = now - back;
        var tenants = clients.ToDictionary(client => client.Code, client => client.TenantOf(isTest).Value, StringComparer.Ordinal);
        var window = await GroupAsync(
            tenants.Values, [Condition.Gte("_id", DocumentId.LowerBound(since)), Condition.Gte("createdAt", Instants.Write(since))], OfWindow, cancellationToken);
        var due = Condition.Lte("dueAt", Instants.Write(now));
        var waiting = await GroupAsync(tenants.Values, [due], [new Aggregate.Count()], cancellationToken);

        var views = new List<TenantOverview>();
        foreach (var client in clients)
        {
            var tenant = tenants[client.Code];
            var figures = window.GetValueOrDefault(tenant) ?? [0, 0, 0];
            var depth = (long)(waiting.GetValueOrDefault(tenant)?[0] ?? 0);
            views.Add(new TenantOverview(
                client.Code, client.Name, client.Status, (long)figures[0]!, depth, depth > 0 ? await LateAsync(tenant, due, now, cancellationToken) : 0)
            {
                Errors = (long)figures[1]!,
                UnknownEffects = (long)figures[2]!,
                Since = since,
            });
        }

        return views;
    }

    private async Task<Dictionary<string, IReadOnlyList<double?>>> GroupAsync(
        IEnumerable<string> tenants, Condition[] where, Aggregate[] figures, CancellationToken cancellationToken)
    {
        var grouping = new Grouping(new Condition.All([Condition.In("tenant", tenants), .. where]), [new GroupKey.Field("tenant")], figures);
        var rows = await work.GroupAsync(grouping, cancellationToken);
        return rows.ToDictionary(row => row.Keys[0]!, row => row.Figures, StringComparer.Ordinal);
    }

    private async Task<long> LateAsync(string tenant, Condition due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(new Condition.All(Condition.Eq("tenant", tenant), due), 1) { Sort = [new Sort("dueAt")] };
        return await work.QueryAsync(query, cancellationToken) is [{ DueAt: { } at }] ? Math.Max(0, (long)(now - at).TotalSeconds) : 0;
    }
}
