using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Jobs;

/// <summary>A piece of durable work: an accepted event with its runs, or a job of another type. Everything about it is this one document.</summary>
/// <remarks>
/// A claim and a settle are replacements of the whole document, so a crash leaves it as it was before or after and never
/// between. Whoever is not the lease's holder may only append a <see cref="Signal"/>; the holder reads it at its settle.
/// </remarks>
public sealed record WorkItem : IDocument<WorkItem>
{
    public static Collection<WorkItem> Collection { get; } = new(
        "work",
        EngineJson.Default.WorkItem,
        new DocumentIndex("tenant", "_id"),
        new DocumentIndex("tenant", "leadId", "_id"),
        new DocumentIndex("tenant", "lane", "dueAt") { OnlyWhenSet = "dueAt" },
        new DocumentIndex("lane", "dueAt") { OnlyWhenSet = "dueAt" },
        new DocumentIndex("tenant", "inLine", "lineNumber") { OnlyWhenSet = "inLine" })
    {
        OwnerOf = work => work.Tenant,
    };

    /// <summary>That work is of a lane.</summary>
    public static Condition InLane(Lane lane) => Condition.Eq("lane", lane is Lane.Interactive ? "interactive" : "bulk");

    /// <summary>An event's id is its <c>eventLogId</c>; its runs, steps and callback have child ids of it (<see cref="WorkIds"/>).</summary>
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>A <see cref="TenantId"/>; a test twin is a tenant of its own.</summary>
    public required string Tenant { get; init; }

    /// <summary><see cref="EventType"/>, or the name under which a handler is registered.</summary>
    public required string Type { get; init; }

    /// <summary>The form of what it holds; 0 is the first. A worker that knows only older ones leaves the item alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int StateVersion { get; init; }

    public Lane Lane { get; init; }

    public WorkStatus Status { get; init; }

    public string? LeadId { get; init; }

    /// <summary>When this next needs a worker: the earliest due time of what it holds, or the lease's end while it is leased. Null when nothing is left to do.</summary>
    /// <remarks>In real time, whatever the tenant's clock says.</remarks>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How far the tenant's clock was ahead when <see cref="DueAt"/> was set at rest: the two together are the time in the tenant's eyes. Null when it was not ahead.</summary>
    public TimeSpan? ClockAhead { get; init; }

    public Lease? Lease { get; init; }

    /// <summary>The lead in whose line this stands while it is begun or due, over all processes; null when it stands in none (<see cref="LeadLines"/>).</summary>
    public string? InLine { get; init; }

    /// <summary>Its place there; a smaller one comes before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long LineNumber { get; init; }

    public int Attempts { get; init; }

    /// <summary>0 when the work decides itself when to give up.</summary>
    public int MaxAttempts { get; init; }

    public string? LastError { get; init; }

    /// <summary>Of a job: it has ended without anyone knowing whether its effect happened. News of that settles it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnsure { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was asked to run; the creation time unless scheduled.</summary>
    public required DateTimeOffset RunAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>W3C trace context of the request that caused it.</summary>
    public string? Traceparent { get; init; }

    public Progress? Progress { get; init; }

    /// <summary>Set when <see cref="Type"/> is <see cref="EventType"/>.</summary>
    public EventState? Event { get; init; }

    /// <summary>An event's callback, or what a job of type <c>callback</c> delivers.</summary>
    public CallbackState? Callback { get; init; }

    /// <summary>The state of a job of another type; its handler alone knows its form.</summary>
    public JsonElement? State { get; init; }

    /// <summary>Why a job of another type rests though it is due: what holds it in an incident. Null when nothing does.</summary>
    public string? HeldFor { get; init; }

    /// <summary>Of a job: when it was owed, where that is not <see cref="RunAt"/>.</summary>
    public DateTimeOffset? OwedAt { get; init; }

    /// <summary>What was asked from outside while a lease was held; emptied by the holder's settle.</summary>
    public IReadOnlyList<Signal> Signals { get; init; } = [];

    /// <summary>An observer must hear of the last settle and has not: a worker tells it before anything else.</summary>
    public bool Untold { get; init; }

    /// <summary>What a newer version of the program has written here and this one does not know: kept as it is.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unread { get; set; }

    public const string EventType = "event";

    /// <summary>A job that delivers <see cref="Callback"/> and nothing else.</summary>
    public const string CallbackType = "callback";

    /// <summary>An effect of one of the runs is unknown and a person should look. Written down so that the database can count it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsAttention => Event?.Runs.Any(run => run.Attention) ?? false;

    /// <summary>What of one key starts one after the other, in the order accepted; null starts beside all else.</summary>
    internal string? OrderKey => LeadId ?? Event?.Deferred?.Key;

    public bool IsFinished => Status is WorkStatus.Completed or WorkStatus.Failed or WorkStatus.Cancelled;
}

/// <summary>Who works on an item until when. A settle under another token is refused.</summary>
public sealed record Lease(string Owner, string Token, DateTimeOffset Until);

/// <param name="Total">Null while it is not known.</param>
public sealed record Progress(long Done, long? Total);

/// <summary>Interactive work goes before bulk work; a share of the slots is kept for bulk.</summary>
public enum Lane
{
    Interactive,
    Bulk,
}

public enum WorkStatus
{
    Queued,
    Processing,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Something that someone other than the lease's holder wants of a work item.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="RunId">The run concerned; null means all.</param>
/// <param name="EventId">For <see cref="SignalKind.Received"/>: the event that a wait may have waited for.</param>
/// <param name="Step">For <see cref="SignalKind.Received"/>: the index of the waiting step.</param>
/// <param name="Content">For <see cref="SignalKind.Received"/>: the event as later steps see it.</param>
/// <param name="Why">For <see cref="SignalKind.Cancel"/>: what asked for it; null when a person did.</param>
public sealed record Signal(SignalKind Kind, string? RunId = null, string? EventId = null, int? Step = null, JsonElement? Content = null, string? Why = null)
{
    /// <summary>For <see cref="SignalKind.Resolve"/>: what has become known of the step, or of the job when no run is named.</summary>
    public Verdict? Verdict { get; init; }
}

public enum SignalKind
{
    Cancel,
    Received,
    Retry,
    Resend,

    /// <summary>What was held is held no longer; asked of everything that rests for that reason.</summary>
    Release,
    Resolve,

    /// <summary>A later event has replaced a run that has not started.</summary>
    Debounced,
}
