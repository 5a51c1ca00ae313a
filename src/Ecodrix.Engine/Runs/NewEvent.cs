using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>An event to accept: checked, and its lead found or made.</summary>
public sealed record NewEvent
{
    /// <summary>Made by the caller, so that a repeated accept under the same id adds it once.</summary>
    public required string Id { get; init; }

    public required ITenantDatabase Database { get; init; }

    public required string Trigger { get; init; }

    public string? LeadId { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public JsonElement? Variables { get; init; }

    public JsonElement? Data { get; init; }

    /// <summary>Null means now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Whom it is about, where the caller has that at hand (a dry run's lead that would be made); null loads it.</summary>
    public Subject? Subject { get; init; }

    public Lane Lane { get; init; }

    public CallbackState? Callback { get; init; }

    public Prelude? Prelude { get; init; }

    public Lineage Lineage { get; init; } = Lineage.None;

    public string? ReplayOf { get; init; }

    /// <summary>Start this rule and no other, whatever its trigger and condition; for an enrollment.</summary>
    public string? OnlyRuleId { get; init; }

    public string? Traceparent { get; init; }

    public IdempotencyMark? Idempotency { get; init; }
}

/// <summary>What matched: for an answer, a dry run, or a scheduled event that has come due.</summary>
public sealed record Matching(IReadOnlyList<RuleDefinition> Matched, IReadOnlyList<SkippedRule> Skipped);

/// <summary>The engine's door for events.</summary>
public interface IEventIntake
{
    /// <summary>Makes the event durable with its runs, and starts it when it is due.</summary>
    /// <returns>The event as it was stored. When the id was taken: the event that has it, and <c>Added</c> false.</returns>
    Task<Accepted> AcceptAsync(NewEvent newEvent, CancellationToken cancellationToken);

    /// <summary>Makes the event durable without its tenant's database, of which nothing is asked. Whom it is about is found out, and its rules are chosen, when that is back.</summary>
    /// <returns>As <see cref="AcceptAsync"/>.</returns>
    Task<Accepted> DeferAsync(NewEvent newEvent, Deferral deferral, CancellationToken cancellationToken);

    /// <summary>Whether deferred events still wait.</summary>
    /// <param name="key">Of <see cref="Deferral.Key"/>; null asks for any.</param>
    Task<bool> HasDeferredAsync(TenantId tenant, string? key, CancellationToken cancellationToken);

    /// <summary>Says what would match now; changes nothing.</summary>
    Task<Matching> MatchAsync(NewEvent newEvent, CancellationToken cancellationToken);

    /// <summary>Says why the limits of a rule would keep it from starting for this event now; changes nothing.</summary>
    /// <returns>Null when they would not.</returns>
    Task<string?> WhyHeldBackAsync(NewEvent newEvent, RuleDefinition rule, CancellationToken cancellationToken);
}

/// <param name="Work">The event as it stands.</param>
/// <param name="Added">False when the id was taken and nothing was written.</param>
public sealed record Accepted(WorkItem Work, bool Added);

/// <summary>The engine's door for what is already accepted.</summary>
public interface IWorkControl
{
    /// <summary>Waits until the event's prelude has an outcome, at most so long.</summary>
    /// <returns>The event as it stands then.</returns>
    Task<WorkItem> AwaitPreludeAsync(WorkItem work, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Cancels a run, or all that is unfinished when <paramref name="runId"/> is null.</summary>
    /// <returns>Null when the tenant has no such work; else the work as it stands, with the signal when a worker holds it.</returns>
    Task<WorkItem?> CancelAsync(TenantId tenant, string workId, string? runId, CancellationToken cancellationToken);

    /// <summary>Repeats the failed steps of a run, or a failed job.</summary>
    /// <returns>Null when there is no such work; the same work unchanged when nothing had failed, or when it is refused.</returns>
    Task<Asked?> RetryAsync(TenantId tenant, string workId, string? runId, CancellationToken cancellationToken);

    /// <summary>Sends a callback again under the same id with the same body, now.</summary>
    Task<WorkItem?> ResendCallbackAsync(TenantId tenant, string workId, CancellationToken cancellationToken);

    /// <summary>Has everything go on that rests because of <see cref="IHolds"/> and is held no longer. To be called when a hold ends, and at the start of a process.</summary>
    /// <param name="tenant">Null for everybody's.</param>
    /// <returns>How many items go on.</returns>
    Task<int> ReleaseHeldAsync(TenantId? tenant, CancellationToken cancellationToken);

    /// <summary>Walks over what rests because of <see cref="IHolds"/>, without changing it.</summary>
    /// <param name="tenant">Null for everybody's.</param>
    IAsyncEnumerable<HeldEffect> ListHeldAsync(TenantId? tenant, CancellationToken cancellationToken);

    /// <summary>Tells what has become known of an effect whose outcome was unknown: a step's, or a job's when no run is named.</summary>
    /// <returns>Null when the tenant has no such work; the same work unchanged when the outcome is not unknown, or when a repeat is refused.</returns>
    Task<Asked?> ResolveAsync(TenantId tenant, string workId, StepPlace? step, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>How much due work this version of the program has met and leaves to a newer one; counted to <paramref name="atMost"/>. Asks nothing while it has met none.</summary>
    Task<int> CountLeftAloneAsync(int atMost, CancellationToken cancellationToken);

    /// <summary>Has this process's workers look for due work at once: another process has accepted some.</summary>
    void Wake();

    /// <summary>Adds a job of a registered type. Adding an id twice is adding it once.</summary>
    /// <returns>False when the id was taken.</returns>
    Task<bool> AddJobAsync(WorkItem job, CancellationToken cancellationToken);
}

/// <summary>What came of asking for a change of work.</summary>
/// <param name="Work">As it stands then, or as its holder will leave it.</param>
public sealed record Asked(WorkItem Work)
{
    /// <summary>A run that had ended may not go on: its lead is in the sequence by another run. Nothing was changed.</summary>
    public bool IsRefused { get; init; }
}

/// <summary>Which step of an event's runs.</summary>
public sealed record StepPlace(string RunId, int Index)
{
    /// <summary>Where the step stands that has this id; null when the id is no step's.</summary>
    public static StepPlace? Of(string stepId) =>
        WorkIds.TryReadStep(stepId, out var run, out var step) ? new StepPlace(WorkIds.Run(WorkIds.EventOf(stepId), run), step) : null;
}
