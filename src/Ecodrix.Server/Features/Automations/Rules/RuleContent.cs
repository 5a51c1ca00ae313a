using System.Text.Json;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>What a rule says, as its author wrote it. One version of it never changes.</summary>
internal sealed record RuleContent
{
    public required string Name { get; init; }

    public required string Trigger { get; init; }

    /// <summary>An object, or null when it narrows nothing.</summary>
    public JsonElement? TriggerConfig { get; init; }

    public bool IsSequence { get; init; }

    /// <summary>An object, or null for always.</summary>
    public JsonElement? Condition { get; init; }

    /// <summary>An object with <c>oncePer withinMinutes debounceSeconds</c>, or null for none.</summary>
    public JsonElement? Limits { get; init; }

    /// <summary>A list of events that end the rule's unfinished runs, or null for none.</summary>
    public JsonElement? CancelOn { get; init; }

    /// <summary>Hours of the tenant's day in which nothing is sent, such as <c>21:00-08:00</c>; null for none.</summary>
    public string? QuietHours { get; init; }

    /// <summary>An array of objects.</summary>
    public required JsonElement Actions { get; init; }
}
