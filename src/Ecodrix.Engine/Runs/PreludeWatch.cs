using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>Lets an answer wait for what its event makes first.</summary>
internal sealed class PreludeWatch
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> watched = new(StringComparer.Ordinal);

    public static bool IsOver(WorkItem work) => work.Event?.Prelude is not { } prelude || prelude.Step.IsSettled() || work.IsFinished;

    public Task Watch(string workId) =>
        watched.GetOrAdd(workId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Tell(string workId)
    {
        if (watched.TryRemove(workId, out var watcher))
        {
            watcher.SetResult();
        }
    }

    public void Forget(string workId) => watched.TryRemove(workId, out _);
}
