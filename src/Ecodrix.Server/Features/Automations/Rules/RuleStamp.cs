using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Numbers the changes of a tenant's rules, and stands beside them: who holds the rules in memory compares it.</summary>
internal sealed record RuleStamp : IDocument<RuleStamp>
{
    public const string TheOne = "rules";

    public static Collection<RuleStamp> Collection { get; } = new("ruleStamps", AutomationsJson.Default.RuleStamp) { IsFoundOften = true };

    public static RuleStamp None { get; } = new() { Version = 0 };

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; }

    /// <summary>Made with the first change: a database that was emptied and filled anew counts from the beginning under another. Null in what older versions wrote.</summary>
    public string? Era { get; init; }

    /// <summary>Every trigger that a rule ever waited for, in any version. It only grows: a run may still stand in an old version's wait.</summary>
    public IReadOnlyList<string> Awaited { get; init; } = [];

    public RuleStamp With(IEnumerable<string> awaited) => this with
    {
        Version = Version + 1,
        Awaited = [.. Awaited.Union(awaited, StringComparer.Ordinal)],
    };
}
