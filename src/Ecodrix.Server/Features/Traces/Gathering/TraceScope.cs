using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>What an id leads to.</summary>
/// <param name="Works">Events and jobs, the oldest first; none of a message whose work is no longer kept.</param>
internal sealed record TraceScope(string Id, TraceSubject Kind, IReadOnlyList<WorkItem> Works)
{
    /// <summary>Only this run of the event is told; null tells all.</summary>
    public string? RunId { get; init; }

    public string? LeadId { get; init; }

    /// <summary>There are more events than are told.</summary>
    public bool HasMore { get; init; }

    public bool Tells(Run run) => RunId is null || string.Equals(run.Id, RunId, StringComparison.Ordinal);

    /// <summary>Of many events the bytes of their callbacks would be too much.</summary>
    public bool TellsBodies => Kind is not TraceSubject.Lead;
}
