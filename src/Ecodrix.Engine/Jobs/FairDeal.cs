namespace Ecodrix.Engine.Jobs;

/// <summary>Deals what is due over the tenants in turn, so that a long queue of one does not hold another's. Pure.</summary>
internal static class FairDeal
{
    /// <param name="due">In the order in which it fell due; that order is kept within a tenant.</param>
    /// <param name="chances">How many more each tenant may have, and how many it gets each time it is its turn; one that is missing gets none.</param>
    public static IReadOnlyList<WorkItem> Deal(IReadOnlyList<WorkItem> due, int free, IReadOnlyDictionary<string, (int Room, int Weight)> chances)
    {
        var queues = new List<(Queue<WorkItem> Items, int Weight)>();
        foreach (var group in due.GroupBy(work => work.Tenant, StringComparer.Ordinal))
        {
            if (chances.TryGetValue(group.Key, out var chance))
            {
                queues.Add((new Queue<WorkItem>(group.Take(Math.Max(0, chance.Room))), chance.Weight));
            }
        }

        var dealt = new List<WorkItem>(Math.Min(free, due.Count));
        while (dealt.Count < free && queues.Exists(queue => queue.Items.Count > 0))
        {
            foreach (var (items, weight) in queues)
            {
                for (var turn = 0; turn < weight && dealt.Count < free && items.TryDequeue(out var work); turn++)
                {
                    dealt.Add(work);
                }
            }
        }

        return dealt;
    }
}
