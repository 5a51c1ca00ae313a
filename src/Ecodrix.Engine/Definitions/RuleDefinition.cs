using System.Text.Json;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Definitions;

/// <summary>An automation rule in one version, ready to run. Versions never change; an edit makes the next one.</summary>
public sealed record RuleDefinition
{
    public required string Id { get; init; }

    public required long Version { get; init; }

    public required string Name { get; init; }

    public required string Trigger { get; init; }

    /// <summary>An object that narrows a system trigger, such as <c>{"stageId":"…"}</c>; null when it narrows nothing.</summary>
    public JsonElement? TriggerConfig { get; init; }

    /// <summary>Delays count from the end of the step before, and a lead is in it at most once at a time.</summary>
    public bool IsSequence { get; init; }

    /// <summary>Null means always.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Null when it runs for every event.</summary>
    public RuleLimits? Limits { get; init; }

    /// <summary>Empty when nothing ends its runs early.</summary>
    public IReadOnlyList<CancelTrigger> CancelOn { get; init; } = [];

    /// <summary>When its sending steps wait; null for never.</summary>
    public QuietHours? QuietHours { get; init; }

    /// <summary>Flattened: a branch is followed by the steps of both its sides.</summary>
    public IReadOnlyList<StepDefinition> Steps { get; init; } = [];
}

/// <summary>One action of a rule.</summary>
public sealed record StepDefinition
{
    public required int Index { get; init; }

    /// <summary><c>0</c>, <c>2.then.0</c>.</summary>
    public required string Path { get; init; }

    public required string Type { get; init; }

    public string? Name { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>Whether a failure of this step lets the run go on. Default: yes in a plain rule, no in a sequence.</summary>
    public bool ContinuesOnError { get; init; }

    /// <summary>How long after its due time the step is still done; zero for ever. A sending step has a day unless its rule says otherwise.</summary>
    public TimeSpan ExpiresAfter { get; init; }

    /// <summary>An object; its strings are templates.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>For a branch: what decides. For <c>wait_for</c>: what the event must meet.</summary>
    public Condition? Condition { get; init; }

    /// <summary>The index of the branch this stands in; null at the top.</summary>
    public int? Parent { get; init; }

    /// <summary>On which side of its branch it stands.</summary>
    public bool IsElse { get; init; }
}
