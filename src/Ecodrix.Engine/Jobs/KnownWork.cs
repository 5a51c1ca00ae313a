using System.Collections.Concurrent;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Jobs;

/// <summary>What work this version of the program understands. The rest is left as it is, for a version that does.</summary>
/// <remarks>
/// In every deploy two versions work side by side. What is not understood is noticed when it comes due, by its type and the
/// version of its state, and from then on the questions for due work pass over all of its kind: it is neither written nor
/// read again, and what stands behind it goes on.
/// </remarks>
internal sealed partial class KnownWork(IServiceProvider provider, ILogger<KnownWork> logger)
{
    /// <summary>The newest form of an event's state that this version reads.</summary>
    private const int NewestEvent = EventMachine.DeferredVersion;

    private readonly Lazy<Dictionary<string, IWorkHandler>> handlers =
        new(() => provider.GetServices<IWorkHandler>().ToDictionary(handler => handler.Type, StringComparer.Ordinal));

    private readonly ConcurrentDictionary<string, Condition> passedOver = new(StringComparer.Ordinal);

    /// <summary>What a question for work says besides, so that what is not understood is passed over. Empty as long as none was met.</summary>
    public IEnumerable<Condition> Rest => passedOver.IsEmpty ? [] : passedOver.Values.Select(kind => new Condition.Not(kind));

    /// <summary>What was met and is not understood; null when nothing was.</summary>
    public Condition? Strange => passedOver.IsEmpty ? null : new Condition.Any([.. passedOver.Values]);

    /// <returns>Null when nothing here does work of that type.</returns>
    public IWorkHandler? HandlerOf(string type) => handlers.Value.GetValueOrDefault(type);

    public bool Understands(WorkItem work) => work.StateVersion <= NewestOf(work.Type);

    /// <summary>The version under which this program writes the state of such work; below zero for work that it does not know.</summary>
    public int NewestOf(string type) => type switch
    {
        WorkItem.EventType or WorkItem.CallbackType => NewestEvent,
        _ => HandlerOf(type)?.StateVersion ?? -1,
    };

    /// <summary>Notices what is not understood.</summary>
    /// <returns>Whether something is of a kind that was not met before: then the question is to be asked again.</returns>
    public bool Notice(IReadOnlyList<WorkItem> found)
    {
        var isNew = false;
        foreach (var work in found.Where(work => !Understands(work)))
        {
            var newest = NewestOf(work.Type);
            var kind = Condition.Eq("type", work.Type);
            if (passedOver.TryAdd(work.Type, newest < 0 ? kind : new Condition.All(kind, Condition.Gt("stateVersion", newest))))
            {
                isNew = true;
                LogPassedOver(work.Type, work.StateVersion);
            }
        }

        return isNew;
    }

    [LoggerMessage(LogLevel.Warning, "Work of type {WorkType} in version {StateVersion} is not understood here; all of its kind is left to a newer version of the program.")]
    private partial void LogPassedOver(string workType, int stateVersion);
}
