using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Runs;

/// <summary>Finds out whom a deferred event is about, once its tenant's database answers.</summary>
public interface IDeferredEvents
{
    /// <summary>Doing it twice is doing it once: a crash before the event is written again repeats it.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is down again: the event waits on.</exception>
    Task<DeferredOutcome> AdmitAsync(ITenantDatabase database, WorkItem work, CancellationToken cancellationToken);
}

/// <summary>What became of a deferred event. A closed set.</summary>
public abstract record DeferredOutcome
{
    private DeferredOutcome()
    {
    }

    public sealed record Admitted(string LeadId) : DeferredOutcome;

    /// <param name="Code">Why nothing starts: the event's error.</param>
    public sealed record Refused(string Code) : DeferredOutcome;
}

/// <summary>A host that defers nothing.</summary>
internal sealed class NothingDeferred : IDeferredEvents
{
    public Task<DeferredOutcome> AdmitAsync(ITenantDatabase database, WorkItem work, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"Event {work.Id} is deferred, and nothing here works such events off.");
}

/// <summary>A signpost to a deferred event that has not started. Its id is the event's.</summary>
/// <remarks>Written before the event, so that none is missed; one that leads nowhere is taken down by whoever follows it.</remarks>
public sealed record DeferredWork(string Id, long Version, string Tenant, string Key) : IDocument<DeferredWork>
{
    public static Collection<DeferredWork> Collection { get; } = new("deferred", EngineJson.Default.DeferredWork, new DocumentIndex("tenant", "key", "_id"));
}

/// <summary>Keeps deferred events in the order accepted, for each key, whichever process works them off.</summary>
internal sealed class Deferrals(IServicesDatabase services, IDeferredEvents events, TimeProvider clock)
{
    /// <summary>How long an event has to come into being after its signpost.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly IDocuments<DeferredWork> signposts = services.Documents<DeferredWork>();
    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    public Task AnnounceAsync(WorkItem deferred, CancellationToken cancellationToken) =>
        signposts.TryAddAsync(new DeferredWork(deferred.Id, 1, deferred.Tenant, deferred.Event!.Deferred!.Key), cancellationToken);

    /// <summary>Takes down the signpost of an event that has started.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellationToken) => signposts.DeleteAsync(id, cancellationToken);

    public Task<DeferredOutcome> AdmitAsync(ITenantDatabase database, WorkItem deferred, CancellationToken cancellationToken) =>
        events.AdmitAsync(database, deferred, cancellationToken);

    /// <summary>Whether an event of the same key was accepted before and has not started.</summary>
    public Task<bool> IsBehindAsync(WorkItem deferred, CancellationToken cancellationToken) => FollowAsync(
        new Condition.All(
            Condition.Eq("tenant", deferred.Tenant),
            Condition.Eq("key", deferred.Event!.Deferred!.Key),
            Condition.Lt("_id", deferred.Id)),
        cancellationToken);

    public Task<bool> AnyAsync(TenantId tenant, string? key, CancellationToken cancellationToken) => FollowAsync(
        key is null ? Condition.Eq("tenant", tenant.Value) : new Condition.All(Condition.Eq("tenant", tenant.Value), Condition.Eq("key", key)),
        cancellationToken);

    private async Task<bool> FollowAsync(Condition which, CancellationToken cancellationToken)
    {
        while (await signposts.QueryAsync(new DocumentQuery(which, Limit: 1), cancellationToken) is [var first])
        {
            var found = await work.FindAsync(first.Id, cancellationToken);
            var waits = found is null
                ? string.CompareOrdinal(first.Id, DocumentId.LowerBound(clock.GetUtcNow() - Grace)) > 0
                : found is { Event.Deferred: not null, IsFinished: false };
            if (waits)
            {
                return true;
            }

            await signposts.DeleteAsync(first.Id, cancellationToken);
        }

        return false;
    }
}

/// <summary>What becomes of a deferred event. Pure.</summary>
internal static class DeferralMachine
{
    /// <summary>A deferred event's lead is known, or that there is none: then nothing starts and the event fails with the reason.</summary>
    public static WorkItem Admit(WorkItem work, DeferredOutcome outcome, DateTimeOffset now)
    {
        var state = work.Event! with { Deferred = null };
        return outcome switch
        {
            DeferredOutcome.Admitted admitted => work with { StateVersion = 0, LeadId = admitted.LeadId, Event = state },
            DeferredOutcome.Refused refused => work with
            {
                StateVersion = 0,
                Event = state with
                {
                    Status = EventStatus.Received,
                    IsMatched = true,
                    Error = refused.Code,
                    Prelude = state.Prelude is { } prelude ? prelude with { Step = StepMachine.Skip(prelude.Step, refused.Code, now) } : null,
                },
            },
            _ => throw new InvalidOperationException($"No rule for {outcome.GetType().Name}."),
        };
    }
}
