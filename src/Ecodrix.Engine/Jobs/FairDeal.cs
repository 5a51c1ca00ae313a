namespace Ecodrix.Engine.Jobs;

/// <summary>Deals what is due over the tenants, one each in turn, so that a long queue of one does not hold another's. Pure.</summary>
internal static class FairDeal
{
    /// <param name="due">In the order in which it fell due; that order is kept within a tenant.</param>
    /// <param name="room">How many more a tenant may have.</param>
    public static IReadOnlyList<WorkItem> Deal(IReadOnlyList<WorkItem> due, int free, Func<string, int> room)
    {
        var queues = new List<Queue<WorkItem>>();
        foreach (var group in due.GroupBy(work => work.Tenant, StringComparer.Ordinal))
        {
            queues.Add(new Queue<WorkItem>(group.Take(Math.Max(0, room(group.Key)))));
        }

        var dealt = new List<WorkItem>(Math.Min(free, due.Count));
        while (dealt.Count < free && queues.Exists(queue => queue.Count > 0))
        {
            foreach (var queue in queues)
            {
                if (dealt.Count < free && queue.TryDequeue(out var work))
                {
                    dealt.Add(work);
                }
            }
        }

        return dealt;
    }
}
