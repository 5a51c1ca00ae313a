using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>An automation rule as it stands now. What runs already started keep to is its <see cref="RuleVersion"/>.</summary>
internal sealed record Rule : IDocument<Rule>
{
    /// <summary>So many of a tenant's rules may be active at once.</summary>
    public const int MostActive = 500;

    public static Collection<Rule> Collection { get; } = new("rules", AutomationsJson.Default.Rule);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Which <see cref="RuleVersion"/> this is: one more with every change of the content, and not with a toggle.</summary>
    public required long Revision { get; init; }

    public bool IsActive { get; init; }

    public required RuleContent Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What is stored next, to be replaced only by who read this.</summary>
    public Rule Next(DateTimeOffset now) => this with { Version = Version + 1, UpdatedAt = now };
}

/// <summary>A rule's content in one version: written before the rule that refers to it, and never changed or deleted, so that a run that pins it always finds it.</summary>
internal sealed record RuleVersion : IDocument<RuleVersion>
{
    public static Collection<RuleVersion> Collection { get; } = new("ruleVersions", AutomationsJson.Default.RuleVersion);

    /// <summary><c>ruleId:revision</c>.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required RuleContent Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static string IdOf(string ruleId, long revision) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ruleId}:{revision}");
}
