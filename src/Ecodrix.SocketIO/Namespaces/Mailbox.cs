namespace Ecodrix.SocketIO.Namespaces;

/// <summary>Runs what concerns one socket one after another, in order. A work that waits holds up those behind it and nobody else.</summary>
/// <param name="most">How many may wait before the sender is asked to wait as well.</param>
internal sealed class Mailbox(int most)
{
    private readonly Lock _gate = new();
    private Queue<Func<Task>>? _waiting;
    private TaskCompletionSource? _room;
    private bool _isRunning;

    /// <param name="work">Must not throw.</param>
    /// <returns>Done when there is room for more.</returns>
    public ValueTask Post(Func<Task> work)
    {
        PostLast(work);
        lock (_gate)
        {
            return _waiting is null || _waiting.Count <= most ? ValueTask.CompletedTask : new ValueTask(WaitForRoom());
        }
    }

    /// <summary>Adds a work whose sender need not be slowed down, for nothing follows.</summary>
    /// <param name="work">Must not throw.</param>
    public void PostLast(Func<Task> work)
    {
        lock (_gate)
        {
            _waiting ??= new Queue<Func<Task>>();
            _waiting.Enqueue(work);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (TryTake(out var work))
        {
            await work();
        }
    }

    private bool TryTake(out Func<Task> work)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _isRunning = _waiting!.TryDequeue(out work!);
            var count = _waiting.Count;
            if (!_isRunning)
            {
                _waiting = null; // An idle socket holds no queue.
            }

            if (count <= most / 2)
            {
                (room, _room) = (_room, null);
            }
        }

        room?.SetResult();
        return work is not null;
    }

    private Task WaitForRoom()
    {
        _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _room.Task;
    }
}
