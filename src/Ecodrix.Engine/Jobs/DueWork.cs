using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Jobs;

/// <summary>The questions that are asked of unfinished work. Each is answered by one index, and reads no more rows than it answers.</summary>
/// <remarks>Answers hold only what this version of the program understands.</remarks>
internal sealed class DueWork(IServicesDatabase services, KnownWork known)
{
    // Later than anything falls due: a bound that keeps to the index of what is unfinished.
    private static readonly DateTimeOffset Ever = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IDocuments<WorkItem> documents = services.Documents<WorkItem>();

    /// <summary>What falls due by then in a lane, whoever's it is, the earliest first.</summary>
    public Task<IReadOnlyList<WorkItem>> SeeAsync(Lane lane, DateTimeOffset until, int window, CancellationToken cancellationToken) =>
        AskAsync([WorkItem.InLane(lane), By(until)], window, [new Sort("dueAt")], cancellationToken);

    /// <summary>What of one tenant falls due by then in a lane, the earliest first.</summary>
    public Task<IReadOnlyList<WorkItem>> OfAsync(string tenant, Lane lane, DateTimeOffset until, int atMost, CancellationToken cancellationToken) =>
        AskAsync([Condition.Eq("tenant", tenant), WorkItem.InLane(lane), By(until)], atMost, [new Sort("dueAt")], cancellationToken);

    /// <returns>When the first falls due after that time; null when none does.</returns>
    public async Task<DateTimeOffset?> NextAfterAsync(Lane lane, DateTimeOffset time, CancellationToken cancellationToken) =>
        await AskAsync([WorkItem.InLane(lane), Condition.Gt("dueAt", Instants.Write(time))], 1, [new Sort("dueAt")], cancellationToken) is [var first] ? first.DueAt : null;

    /// <summary>Steps from tenant to tenant through unfinished work, one seek each, however much work each has.</summary>
    /// <param name="after">A tenant; empty begins with the first.</param>
    /// <returns>The next tenant that has unfinished work, and the lanes in which some is due; null at the end.</returns>
    public async Task<(string Tenant, IReadOnlyList<Lane> Due)?> NextTenantAsync(string after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Sort[] order = [new Sort("tenant"), new Sort("lane"), new Sort("dueAt")];
        if (await AskAsync([Condition.Gt("tenant", after), By(Ever)], 1, order, cancellationToken) is not [{ Tenant: var tenant } first])
        {
            return null;
        }

        var lanes = new List<Lane>();
        foreach (var lane in Enum.GetValues<Lane>())
        {
            var earliest = first.Lane == lane ? first : await OfAsync(tenant, lane, now, 1, cancellationToken) is [var one] ? one : null;
            if (earliest?.DueAt <= now)
            {
                lanes.Add(lane);
            }
        }

        return (tenant, lanes);
    }

    private async Task<IReadOnlyList<WorkItem>> AskAsync(Condition[] where, int atMost, Sort[] order, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkItem> found;
        do
        {
            found = await documents.QueryAsync(new DocumentQuery(new Condition.All([.. where, .. known.Rest]), atMost) { Sort = order }, cancellationToken);
        }
        while (known.Notice(found));
        return found.All(known.Understands) ? found : [.. found.Where(known.Understands)];
    }

    private static Condition By(DateTimeOffset time) => Condition.Lte("dueAt", Instants.Write(time));
}
