using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Automations.Sequences;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Actions;

/// <summary>Starts a sequence for the lead, under an id that follows from the step: however often it is repeated, it starts once.</summary>
internal sealed class EnrollStep(IServiceProvider services) : IStepHandler
{
    public string Type => "enroll";

    public TextForm FormOf(string path) => TextForm.Verbatim;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RuleIdConfig.Validate(config);

    public async Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var ruleId = RuleIdConfig.Read(context.Config);
        var rule = await context.Database.Documents<Rule>().FindAsync(ruleId, cancellationToken);
        return new Prepared
        {
            Rendered = new JsonObject { ["ruleId"] = ruleId, ["ruleName"] = rule?.Content.Name },
            Request = ruleId,
            Verdict = rule switch
            {
                null => new StepOutcome.Failed(RuleErrors.NotFound.Code, RuleErrors.NotFound.Message),
                { Content.IsSequence: false } => new StepOutcome.Failed(RuleErrors.NotASequence.Code, RuleErrors.NotASequence.Message),
                { IsActive: false } => new StepOutcome.Skipped(RuleErrors.Inactive.Message),
                _ when context.Work.LeadId is null => new StepOutcome.Skipped("the event is about no lead"),
                _ => null,
            },
        };
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var eventId = DocumentId.Derived(context.EffectId, Type);
        var lineage = context.Causes;
        var enrollment = Enrollments.Of(eventId, context.Database, context.Work.LeadId!, (string)prepared.Request!, context.Work.Event?.Variables) with
        {
            Data = context.Work.Event?.Data,
            Lineage = lineage,
            Traceparent = context.Work.Traceparent,
        };

        var accepted = await services.GetRequiredService<IEventIntake>().AcceptAsync(enrollment, cancellationToken);
        return Enrollments.RunOf(accepted.Work) is { } run
            ? new StepOutcome.Done(new JsonObject { ["enrollmentId"] = run.Id, ["runId"] = run.Id, ["eventLogId"] = accepted.Work.Id })
            : new StepOutcome.Skipped("already in this sequence");
    }
}

/// <summary>The configuration of the actions that name a sequence.</summary>
internal static class RuleIdConfig
{
    private const string Field = "ruleId";

    public static IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        if (!config.TryGetProperty(Field, out var ruleId) || ruleId.ValueKind is not JsonValueKind.String || !DocumentId.IsValid(ruleId.GetString()))
        {
            yield return (Field, "The id of a sequence: 24 lower-case hexadecimal digits.");
        }
    }

    public static string Read(JsonObject config) => config[Field]!.GetValue<string>();
}
