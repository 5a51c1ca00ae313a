using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Where rules are kept. Implemented by the program around the engine.</summary>
public interface IRuleBook
{
    /// <returns>The active rules of the trigger, in their latest version, in the order in which they were made.</returns>
    ValueTask<IReadOnlyList<RuleDefinition>> ActiveAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken);

    /// <returns>Null when there is no such rule, or not in that version.</returns>
    ValueTask<RuleDefinition?> FindAsync(ITenantDatabase database, string ruleId, long? version, CancellationToken cancellationToken);

    /// <summary>Whether any rule, in any version that may still run, waits for this trigger.</summary>
    ValueTask<bool> IsAwaitedAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken);
}

/// <summary>Who an event is about. Implemented by the program around the engine.</summary>
public interface ISubjects
{
    ValueTask<Subject> LoadAsync(ITenantDatabase database, string? leadId, CancellationToken cancellationToken);
}

/// <summary>How a report reaches its receiver. Implemented by the program around the engine.</summary>
public interface ICallbackCourier
{
    /// <summary>The bytes to send, made once; in JavaScript's form of JSON.</summary>
    string Write(WorkItem work, DateTimeOffset now);

    /// <summary>Makes one attempt and says what follows from it: delivered, given up, or when to try again. With <see cref="CallbackState.HeldFor"/> set no attempt was made, and the next attempt's time is real time.</summary>
    /// <param name="callback">With its body frozen.</param>
    /// <param name="traceparent">W3C trace context of the request that caused it; null where there was none.</param>
    Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken);
}

/// <summary>What the engine tells the program around it, once each fact is durable. Called again after a crash: an observer is idempotent by the ids given.</summary>
public interface IWorkObserver
{
    /// <param name="before">Null when the work was just accepted, and after a crash: then all that <paramref name="after"/> tells may be new.</param>
    Task OnSettledAsync(ITenantDatabase database, WorkItem? before, WorkItem after, CancellationToken cancellationToken);

    /// <summary>Whether a crash right after the settle must not keep this observer from hearing of it. Costs a write more, so only for what is rare.</summary>
    bool MustHear(WorkItem? before, WorkItem after) => false;
}

/// <summary>Sees each state of work as it becomes durable, in the order in which that happens: for whoever watches it live.</summary>
/// <remarks>
/// Called on the worker's own way, so it answers from memory, returns at once and does not throw. It is not told again after
/// a crash: whoever must miss nothing is an <see cref="IWorkObserver"/>.
/// </remarks>
public interface IWorkWatcher
{
    /// <param name="before">As it was durable before; null when it was just accepted.</param>
    void OnWritten(WorkItem? before, WorkItem after);
}
