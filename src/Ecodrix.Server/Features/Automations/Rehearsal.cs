using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Automations;

/// <summary>Goes through a rule's steps as a run would, up to the point at which something would be touched.</summary>
internal sealed class Rehearsal(StepHandlers handlers)
{
    /// <param name="subject">Whom the event would be about.</param>
    public async Task<IReadOnlyList<RehearsedStep>> PlayAsync(RuleDefinition rule, NewEvent played, Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var start = played.RunAt ?? now;
        var scene = new Scene(played, rule, subject, start, RehearsalScope.Of(played, subject));
        var steps = new List<RehearsedStep>();
        var untaken = new HashSet<int>();
        DateTimeOffset? free = start;
        foreach (var definition in rule.Steps)
        {
            if (definition.Parent is { } parent && untaken.Contains(BranchSide(parent, definition.IsElse)))
            {
                continue;
            }

            var due = rule.IsSequence ? free + definition.Delay : Latest(start + definition.Delay, free);
            due = HeldUntil(rule, definition, subject, due);
            var step = await PlayAsync(scene, definition, due, cancellationToken);
            steps.Add(step);
            free = EndOf(step, due);

            if (definition.Type is ControlSteps.Branch)
            {
                var then = definition.Condition?.WhyNotMetBy(new EventFacts(played.Trigger, () => scene.Scope, start).Field, start) is null;
                untaken.Add(BranchSide(definition.Index, isElse: then));
            }
            else if (definition.Type is ControlSteps.Stop)
            {
                break;
            }
        }

        return steps;
    }

    private async Task<RehearsedStep> PlayAsync(Scene scene, StepDefinition definition, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        var handler = handlers.Find(definition.Type);
        var at = due ?? scene.Start;
        var rendering = ConfigRenderer.Render(definition.Config, path => handler?.FormOf(path) ?? TextForm.Plain, scene.Scope, scene.Subject.Zone, at);
        var step = new RehearsedStep
        {
            Index = definition.Index,
            Path = definition.Path,
            Type = definition.Type,
            DueAt = due,
            Rendered = rendering.Config,
            Warnings = rendering.Warnings,
        };
        if (rendering.Problems is [var problem, ..])
        {
            return step with { Problem = $"{problem.Path}: {problem.Problem}" };
        }

        if (handler is null)
        {
            return step;
        }

        var prepared = await handler.PrepareAsync(scene.ContextOf(definition, rendering.Config, at), cancellationToken);
        return step with
        {
            Rendered = prepared.Rendered,
            Warnings = [.. rendering.Warnings.Union(prepared.Warnings, StringComparer.Ordinal)],
            Problem = prepared.Verdict switch
            {
                StepOutcome.Skipped skipped => skipped.Reason,
                StepOutcome.Failed failed => $"{failed.Code}: {failed.Why}",
                _ => null,
            },
        };
    }

    private DateTimeOffset? HeldUntil(RuleDefinition rule, StepDefinition definition, Subject subject, DateTimeOffset? due) =>
        due is { } time && handlers.Find(definition.Type)?.Sends is true ? rule.QuietHours?.EndFrom(time, subject.Zone) ?? time : due;

    /// <returns>Null when nobody knows.</returns>
    private static DateTimeOffset? EndOf(RehearsedStep step, DateTimeOffset? due) => step.Type switch
    {
        ControlSteps.WaitFor => null,
        ControlSteps.Wait => step.Rendered?["minutes"] is JsonValue minutes && minutes.TryGetValue<System.Text.Json.JsonElement>(out var count)
            ? due + TimeSpan.FromMinutes(count.GetDouble())
            : null,
        _ => due,
    };

    private static DateTimeOffset? Latest(DateTimeOffset due, DateTimeOffset? free) => free is null ? null : due > free ? due : free;

    private static int BranchSide(int branch, bool isElse) => (branch * 2) + (isElse ? 1 : 0);

    private sealed record Scene(NewEvent Played, RuleDefinition Rule, Subject Subject, DateTimeOffset Start, JsonObject Scope)
    {
        private readonly WorkItem work = new()
        {
            Id = Played.Id,
            Tenant = Played.Database.Tenant.Value,
            Type = WorkItem.EventType,
            LeadId = Played.LeadId,
            CreatedAt = Start,
            RunAt = Start,
            Event = new EventState
            {
                Trigger = Played.Trigger,
                Phone = Played.Phone,
                Email = Played.Email,
                Variables = Played.Variables,
                Data = Played.Data,
            },
        };

        private readonly Run run = RunPlan.Of(Rule, Played.Id, 0, Start, []);

        public StepContext ContextOf(StepDefinition definition, JsonObject config, DateTimeOffset now) => new()
        {
            Database = Played.Database,
            Work = work,
            Run = run,
            Step = run.Steps[definition.Index],
            Definition = definition,
            EffectId = WorkIds.Step(Played.Id, 0, definition.Index),
            Config = config,
            Subject = Subject,
            Scope = Scope,
            Now = now,
        };
    }
}

/// <summary>The values that the templates and conditions of a rehearsed rule see.</summary>
internal static class RehearsalScope
{
    public static JsonObject Of(NewEvent played, Subject subject)
    {
        var scope = new JsonObject
        {
            ["lead"] = subject.Lead?.DeepClone(),
            ["event"] = ObjectOf(played.Variables),
            ["vars"] = ObjectOf(played.Variables),
            ["data"] = ObjectOf(played.Data),
            ["resolved"] = new JsonObject(),
            ["client"] = subject.Client.DeepClone(),
            ["conversation"] = subject.Conversation?.DeepClone(),
        };
        return scope;
    }

    private static JsonObject ObjectOf(System.Text.Json.JsonElement? payload) => payload is { } given ? JsonObject.Create(given)! : [];
}
