using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Definitions;

/// <summary>Reads the actions of a rule and lays its branches flat.</summary>
internal sealed partial class ActionReader(IReadOnlyDictionary<string, IStepHandler> handlers, bool isSequence, RuleErrors errors)
{
    public const int MostDepth = 10;

    private const double MostMinutes = 366 * 24 * 60;

    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromMinutes(1_440);

    private readonly List<StepDefinition> steps = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public IReadOnlyList<StepDefinition> Read(JsonElement rule)
    {
        if (!rule.TryGetProperty("actions", out var actions) || actions.ValueKind is not JsonValueKind.Array || actions.GetArrayLength() == 0)
        {
            errors.Add("actions", "A list of at least one action.");
            return [];
        }

        ReadList(actions, new Place("actions", string.Empty, null, false, 0));
        return steps;
    }

    private void ReadList(JsonElement actions, Place place)
    {
        var number = 0;
        foreach (var action in actions.EnumerateArray())
        {
            var index = number++.ToString(CultureInfo.InvariantCulture);
            if (steps.Count == WorkIds.MaxSteps)
            {
                errors.Add("actions", $"A rule has at most {WorkIds.MaxSteps} steps, those of its branches counted.");
                return;
            }

            ReadOne(action, place with { Json = $"{place.Json}[{index}]", Path = place.Path + index });
        }
    }

    private void ReadOne(JsonElement action, Place place)
    {
        if (action.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(place.Json, "An action is an object with a type.");
            return;
        }

        var type = action.TryGetProperty("type", out var given) && given.ValueKind is JsonValueKind.String ? given.GetString()! : string.Empty;
        if (!handlers.ContainsKey(type) && !ControlSteps.Types.Contains(type))
        {
            errors.Add(place.Json + ".type", $"One of {string.Join(", ", handlers.Keys.Union(ControlSteps.Types, StringComparer.Ordinal).Order(StringComparer.Ordinal))}.");
            return;
        }

        var config = Config(action, place);
        var step = new StepDefinition
        {
            Index = steps.Count,
            Path = place.Path,
            Type = type,
            Name = Name(action, place),
            Delay = TimeSpan.FromMinutes(errors.Number(action, "delayMinutes", place.Json, 0, MostMinutes) ?? 0),
            ContinuesOnError = ContinuesOnError(action, place),
            ExpiresAfter = errors.Number(action, "expiresAfterMinutes", place.Json, 1, MostMinutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : Sends(type) ? DefaultExpiry : TimeSpan.Zero,
            Config = ControlSteps.OwnConfig(type, config),
            Condition = ControlSteps.HasCondition(type) ? errors.Condition(config, "condition", place.Json + ".config.condition") : null,
            Parent = place.Parent,
            IsElse = place.IsElse,
        };
        CheckConfig(step, place);
        steps.Add(step);
        if (type is ControlSteps.Branch)
        {
            ReadBranch(config, step, place);
        }
    }

    private void ReadBranch(JsonElement config, StepDefinition branch, Place place)
    {
        if (branch.Condition is null && !config.TryGetProperty("condition", out _))
        {
            errors.Add(place.Json + ".config.condition", "A branch has a condition.");
        }

        if (place.Depth == MostDepth)
        {
            errors.Add(place.Json, $"Branches are nested at most {MostDepth} deep.");
            return;
        }

        foreach (var side in new[] { "then", "else" })
        {
            if (!config.TryGetProperty(side, out var actions) || actions.ValueKind is JsonValueKind.Null)
            {
                continue;
            }

            if (actions.ValueKind is not JsonValueKind.Array)
            {
                errors.Add($"{place.Json}.config.{side}", "A list of actions.");
                continue;
            }

            ReadList(actions, new Place($"{place.Json}.config.{side}", $"{place.Path}.{side}.", branch.Index, side is "else", place.Depth + 1));
        }
    }

    private void CheckConfig(StepDefinition step, Place place)
    {
        var handler = handlers.GetValueOrDefault(step.Type);
        var problems = handler?.Validate(step.Config) ?? ControlSteps.Validate(step.Type, step.Config);
        var templates = ConfigRenderer.Check(step.Config, handler is null ? TextForms.Of : handler.FormOf);
        foreach (var (path, problem) in problems.Concat(templates))
        {
            errors.Add(RuleErrors.Join(place.Json + ".config", path), problem);
        }
    }

    private bool Sends(string type) => handlers.TryGetValue(type, out var handler) && handler.Sends;

    private JsonElement Config(JsonElement action, Place place)
    {
        if (action.TryGetProperty("config", out var config) && config.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            errors.Add(place.Json + ".config", "An object.");
        }

        return config.ValueKind is JsonValueKind.Object ? config : ControlSteps.Empty;
    }

    private bool ContinuesOnError(JsonElement action, Place place)
    {
        if (!action.TryGetProperty("onError", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return !isSequence;
        }

        var word = given.ValueKind is JsonValueKind.String ? given.GetString() : null;
        if (word is not ("continue" or "stop"))
        {
            errors.Add(place.Json + ".onError", "Either continue or stop.");
        }

        return word is "continue";
    }

    private string? Name(JsonElement action, Place place)
    {
        if (!action.TryGetProperty("name", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var name = given.ValueKind is JsonValueKind.String ? given.GetString()! : string.Empty;
        if (!NameForm().IsMatch(name) || name is "today" or "now" or "meetLink")
        {
            errors.Add(place.Json + ".name", "A name is a letter followed by at most 49 letters, digits or underscores, and none of today, now, meetLink.");
        }
        else if (!names.Add(name))
        {
            errors.Add(place.Json + ".name", "Another action has this name.");
        }

        return name;
    }

    [GeneratedRegex(@"\A[A-Za-z]\w{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    /// <param name="Json">Where it stands in the request.</param>
    /// <param name="Path">Where it stands in the run: <c>2.then.0</c>.</param>
    private sealed record Place(string Json, string Path, int? Parent, bool IsElse, int Depth);
}
