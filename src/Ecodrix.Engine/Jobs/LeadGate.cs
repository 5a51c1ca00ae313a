namespace Ecodrix.Engine.Jobs;

/// <summary>One at a time for each lead, in the order of its line, or else of ids: events of a lead start in the order accepted.</summary>
internal sealed class LeadGate
{
    private readonly Lock door = new();
    private readonly Dictionary<(string Tenant, string Lead), PriorityQueue<TaskCompletionSource, (long Number, string Id)>> waiting = [];

    private static readonly Comparer<(long Number, string Id)> InOrder = Comparer<(long Number, string Id)>.Create(
        (one, other) => one.Number != other.Number ? one.Number.CompareTo(other.Number) : string.CompareOrdinal(one.Id, other.Id));

    /// <returns>Completed when it is this one's turn.</returns>
    public Task EnterAsync(string tenant, string lead, WorkItem work)
    {
        lock (door)
        {
            if (waiting.TryAdd((tenant, lead), new PriorityQueue<TaskCompletionSource, (long Number, string Id)>(InOrder)))
            {
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[(tenant, lead)].Enqueue(turn, (work.LineNumber, work.Id));
            return turn.Task;
        }
    }

    public void Leave(string tenant, string lead)
    {
        lock (door)
        {
            if (waiting[(tenant, lead)].TryDequeue(out var next, out _))
            {
                next.SetResult();
            }
            else
            {
                waiting.Remove((tenant, lead));
            }
        }
    }
}
