using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Why a lead changes: who does it, and which chain of events it belongs to.</summary>
/// <param name="Actor"><c>key:</c> and the key's id, <c>run:</c> and the run's id, or <c>system</c>.</param>
/// <param name="Lineage">Of the events that the change fires.</param>
/// <param name="StepKey">Run and step, when a step does it: it is then done once however often it is asked for.</param>
internal sealed record Cause(string Actor, Lineage Lineage, string? StepKey = null)
{
    public static readonly Cause System = new("system", Lineage.None);

    public static Cause Of(Caller caller) => new($"key:{caller.KeyId}", Lineage.None);

    /// <summary>What the change fires is one level deeper than the step's own event, so that the loop guard counts it.</summary>
    public static Cause Of(StepContext step) => new(
        $"run:{step.Run.Id}",
        step.Causes,
        string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{step.Run.Id}:{step.Step.Index}"));
}
