namespace Ecodrix.Engine.Jobs;

/// <summary>One at a time for each lead, in the order of ids: events of a lead start in the order accepted.</summary>
internal sealed class LeadGate
{
    private readonly Lock door = new();
    private readonly Dictionary<(string Tenant, string Lead), PriorityQueue<TaskCompletionSource, string>> waiting = [];

    /// <returns>Completed when it is this one's turn.</returns>
    public Task EnterAsync(string tenant, string lead, string id)
    {
        lock (door)
        {
            if (waiting.TryAdd((tenant, lead), new PriorityQueue<TaskCompletionSource, string>(StringComparer.Ordinal)))
            {
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[(tenant, lead)].Enqueue(turn, id);
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
