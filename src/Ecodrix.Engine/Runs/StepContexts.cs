using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Runs;

/// <summary>Puts together what a step's handler is given: its config rendered, and whom and what it is about.</summary>
internal static class StepContexts
{
    /// <param name="held">With its subject loaded.</param>
    /// <param name="rule">Null for the prelude, which belongs to none.</param>
    /// <param name="now">In the tenant's eyes.</param>
    /// <returns>A problem when the templates of the step cannot be rendered; then the context is not to be used.</returns>
    public static (StepContext Context, IReadOnlyList<string> Warnings, StepOutcome? Problem) Of(
        HeldWork held, Place place, RuleDefinition? rule, IStepHandler handler, DateTimeOffset now)
    {
        var work = held.Current;
        var subject = held.Subject!;
        var step = StepAttempt.StepAt(work, place);
        var run = place is Place.InRun at ? work.Event!.Runs[at.Run] : PreludeRun(work);
        var definition = place is Place.InRun ? rule!.Steps[step.Index] : PreludeDefinition(work.Event!.Prelude!);
        var scope = Scopes.Of(work.Event!, place is Place.InRun ? run : null, subject);
        var rendered = place is Place.InRun
            ? ConfigRenderer.Render(definition.Config, handler.FormOf, scope, subject.Zone, now)
            : new RenderedConfig(JsonObject.Create(definition.Config)!, [], []);
        var context = new StepContext
        {
            Database = held.Database!,
            Work = work,
            Run = run,
            Step = step,
            Definition = definition,
            EffectId = place is Place.InRun its ? WorkIds.Step(work.Id, its.Run, its.Step) : WorkIds.Prelude(work.Id),
            Config = rendered.Config,
            Subject = subject,
            Scope = scope,
            Now = now,
            IsRepeat = step.EffectStartedAt is not null,
        };
        return (context, rendered.Warnings, rendered.Problems is [var first, ..] ? new StepOutcome.Failed("TEMPLATE_ERROR", $"{first.Path}: {first.Problem}") : null);
    }

    private static Run PreludeRun(WorkItem work) => new()
    {
        Id = work.Id,
        RuleId = string.Empty,
        RuleName = string.Empty,
        RuleVersion = 0,
        StartedAt = work.CreatedAt,
        Steps = [work.Event!.Prelude!.Step],
    };

    private static StepDefinition PreludeDefinition(Prelude prelude) =>
        new() { Index = 0, Path = prelude.Step.Path, Type = prelude.Step.Type, Config = prelude.Config };
}
