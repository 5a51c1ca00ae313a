using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Steps;

/// <summary>What one type of action does. A feature registers its own; the engine knows only waits, branches and stops.</summary>
public interface IStepHandler
{
    /// <summary>As rules spell it: <c>send_whatsapp</c>.</summary>
    string Type { get; }

    /// <summary>Whether it writes to a person: then it waits for the end of quiet hours, and is not sent when it comes too late.</summary>
    bool Sends => false;

    /// <summary>How the strings of the configuration are treated, by path: <c>htmlBody</c> is HTML, <c>templateName</c> is no template.</summary>
    TextForm FormOf(string path);

    /// <summary>Checks a configuration when a rule is saved.</summary>
    /// <returns>Path within the configuration and what is wrong with it; empty when it is fit to run.</returns>
    IEnumerable<(string Path, string Problem)> Validate(JsonElement config);

    /// <summary>Decides from the rendered configuration what would be done. Touches nothing; a test of a rule stops after it.</summary>
    Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken);

    /// <summary>Does it. Throws only for bugs; what the world says is an outcome.</summary>
    Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken);
}

/// <summary>How a string of a configuration becomes text.</summary>
public enum TextForm
{
    /// <summary>A template whose values stand as they are.</summary>
    Plain,

    /// <summary>A template whose values are HTML-escaped.</summary>
    Html,

    /// <summary>A template whose values are URL-encoded, in path and query only.</summary>
    Url,

    /// <summary>No template.</summary>
    Verbatim,
}

/// <summary>All that a step may see.</summary>
public sealed record StepContext
{
    public required ITenantDatabase Database { get; init; }

    public required WorkItem Work { get; init; }

    public required Run Run { get; init; }

    public required Step Step { get; init; }

    public required StepDefinition Definition { get; init; }

    /// <summary>The step's own id: the idempotency key of its effect and the id of what it makes.</summary>
    public required string EffectId { get; init; }

    /// <summary>The configuration with every template rendered.</summary>
    public required JsonObject Config { get; init; }

    public required Subject Subject { get; init; }

    /// <summary>The values that templates and conditions see, by namespace: <c>lead event vars data resolved client conversation</c>.</summary>
    public required JsonObject Scope { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Makes durable that the outside world is about to be touched, with <see cref="EffectId"/> as the key. For a handler that <see cref="Prepared.BeginsItself"/>.</summary>
    /// <remarks>False: the lease is lost or the step was ended meanwhile; nothing may be touched.</remarks>
    public Func<Task<bool>> BeginEffectAsync { get; init; } = static () => Task.FromResult(true);

    /// <summary>When the step was owed, where a restore has it done again: what it causes is as old. Null otherwise.</summary>
    public DateTimeOffset? OwedAt { get; init; }

    /// <summary>The lineage of what the step causes.</summary>
    public Lineage Causes => (Work.Event?.Lineage ?? Lineage.None).Next(Work.Id) is var next && OwedAt is { } owed ? next with { OwedAt = owed } : next;

    /// <summary>The effect was started by a process that died before it could settle; the handler reconciles or repeats only what is harmless.</summary>
    public bool IsRepeat { get; init; }
}

/// <summary>Whom an event is about, as the templates see it.</summary>
/// <param name="lead">Writes the lead down when it is first asked for: an event whose rules and steps ask nothing of it does without.</param>
public sealed class Subject(Func<JsonObject?> lead, JsonObject client, JsonObject? conversation, TimeZoneInfo zone)
{
    private readonly Lazy<JsonObject?> lead = new(lead);

    /// <summary>Null when the lead is gone.</summary>
    public JsonObject? Lead => lead.Value;

    /// <summary><c>name</c> and <c>code</c>.</summary>
    public JsonObject Client { get; } = client;

    /// <summary>Null when there is none.</summary>
    public JsonObject? Conversation { get; } = conversation;

    /// <summary>The tenant's.</summary>
    public TimeZoneInfo Zone { get; } = zone;
}

/// <summary>What a step would do.</summary>
public sealed record Prepared
{
    /// <summary>For a person to read: the rendered message, the target.</summary>
    public required JsonObject Rendered { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Set when the step ends here and nothing is performed: skipped or failed.</summary>
    public StepOutcome? Verdict { get; init; }

    /// <summary>Performing touches what cannot be asked whether it happened: the engine records the start first.</summary>
    public bool LeavesTheHouse { get; init; }

    /// <summary>The handler has to wait before it touches anything (for a connection, for a rate), and calls <see cref="StepContext.BeginEffectAsync"/> right before it does: so what a kill leaves unknown is what was about to be on the wire.</summary>
    public bool BeginsItself { get; init; }

    /// <summary>What the handler hands to itself.</summary>
    public object? Request { get; init; }
}
