using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>A host in which nobody looks on.</summary>
internal sealed class NobodyWatches : IWorkWatcher
{
    public void OnWritten(WorkItem? before, WorkItem after)
    {
    }
}
