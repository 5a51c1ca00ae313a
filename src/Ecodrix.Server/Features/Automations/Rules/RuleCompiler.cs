using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Turns what an author wrote into what runs, or says what is wrong with it.</summary>
/// <remarks>The parser knows every action, and some actions fire events, which needs the rules: so it is asked for when it is first used.</remarks>
internal sealed class RuleCompiler(IServiceProvider services)
{
    private readonly Lazy<RuleParser> parser = new(services.GetRequiredService<RuleParser>);

    /// <summary>Reads a rule from the wire.</summary>
    public (RuleDraft? Draft, Failure? Refusal) Read(JsonElement rule)
    {
        var errors = new ValidationErrors();
        var parsed = parser.Value.Parse("", 0, rule);
        foreach (var (path, problems) in parsed.Errors)
        {
            foreach (var problem in problems)
            {
                errors.Add(path, $"is not valid: {char.ToLowerInvariant(problem[0])}{problem[1..].TrimEnd('.')}");
            }
        }

        var isActive = Find(rule, "isActive");
        if (isActive is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
        {
            errors.Add("isActive", "must be true or false");
        }

        return parsed.Rule is { } definition && !errors.Any
            ? (new RuleDraft(ContentOf(rule, definition), isActive?.ValueKind is not JsonValueKind.False, AwaitedBy(definition)), null)
            : (null, new Failure(errors));
    }

    /// <summary>A rule that was read before, ready to run.</summary>
    /// <exception cref="InvalidOperationException">It was accepted once and is not any more, which is a fault of the program.</exception>
    public RuleDefinition Compile(string ruleId, long revision, RuleContent content) =>
        parser.Value.Parse(ruleId, revision, ToJson(content)) is { Rule: { } rule }
            ? rule
            : throw new InvalidOperationException($"Rule {ruleId} in version {revision} cannot be read any more.");

    /// <summary>The rule as its author would write it.</summary>
    public static JsonElement ToJson(RuleContent content) => JsonSerializer.SerializeToElement(content, AutomationsJson.Default.RuleContent);

    private static RuleContent ContentOf(JsonElement rule, RuleDefinition definition) => new()
    {
        Name = definition.Name,
        Trigger = definition.Trigger,
        TriggerConfig = Find(rule, "triggerConfig")?.Clone(),
        IsSequence = definition.IsSequence,
        Condition = Find(rule, "condition")?.Clone(),
        Limits = Find(rule, "limits")?.Clone(),
        CancelOn = Find(rule, "cancelOn")?.Clone(),
        QuietHours = Find(rule, "quietHours")?.GetString(),
        Actions = rule.GetProperty("actions").Clone(),
    };

    private static string[] AwaitedBy(RuleDefinition definition) =>
    [
        .. definition.Steps
            .Where(step => step.Type is ControlSteps.WaitFor)
            .Select(step => step.Config.GetProperty("trigger").GetString()!)
            .Concat(definition.CancelOn.Select(one => one.Trigger))
            .Distinct(StringComparer.Ordinal),
    ];

    private static JsonElement? Find(JsonElement rule, string name) =>
        rule.ValueKind is JsonValueKind.Object && rule.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}

/// <summary>A rule that is fit to be saved.</summary>
/// <param name="Awaited">The triggers that it waits for, or that end its runs.</param>
internal sealed record RuleDraft(RuleContent Content, bool IsActive, IReadOnlyList<string> Awaited);
