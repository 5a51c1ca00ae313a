using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>A rule as its author sees it.</summary>
internal sealed record RuleView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Trigger { get; init; }

    public JsonElement? TriggerConfig { get; init; }

    public bool IsActive { get; init; }

    public bool IsSequence { get; init; }

    public JsonElement? Condition { get; init; }

    /// <summary>An object with <c>oncePer withinMinutes debounceSeconds</c>, or null for none.</summary>
    public JsonElement? Limits { get; init; }

    /// <summary>A list of events that end the rule's unfinished runs, or null for none.</summary>
    public JsonElement? CancelOn { get; init; }

    /// <summary>Hours of the tenant's day in which nothing is sent, such as <c>21:00-08:00</c>; null for none.</summary>
    public string? QuietHours { get; init; }

    public required JsonElement Actions { get; init; }

    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static RuleView Of(Rule rule) => new()
    {
        Id = rule.Id,
        Name = rule.Content.Name,
        Trigger = rule.Content.Trigger,
        TriggerConfig = rule.Content.TriggerConfig,
        IsActive = rule.IsActive,
        IsSequence = rule.Content.IsSequence,
        Condition = rule.Content.Condition,
        Limits = rule.Content.Limits,
        CancelOn = rule.Content.CancelOn,
        QuietHours = rule.Content.QuietHours,
        Actions = rule.Content.Actions,
        Version = rule.Revision,
        CreatedAt = rule.CreatedAt,
        UpdatedAt = rule.UpdatedAt,
    };
}
