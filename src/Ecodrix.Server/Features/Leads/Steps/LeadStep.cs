using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary>An action on the lead of a run. It is done once however often it is repeated, so it never needs to be reconciled.</summary>
internal abstract class LeadStep(string type) : IStepHandler
{
    public string Type => type;

    public virtual TextForm FormOf(string path) => TextForm.Plain;

    public abstract IEnumerable<(string Path, string Problem)> Validate(JsonElement config);

    public async Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) =>
        context.Work.LeadId is null || context.Subject.Lead is null
            ? Refused(context, LeadErrors.NotFound.Code, LeadErrors.NotFound.Message)
            : await PlanAsync(context, cancellationToken);

    public abstract Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken);

    protected virtual Task<Prepared> PlanAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Plan(context));

    /// <summary>What would be done, without looking further than the configuration.</summary>
    protected virtual Prepared Plan(StepContext context) => new() { Rendered = Copy(context) };

    protected static JsonObject Copy(StepContext context) => context.Config.DeepClone().AsObject();

    protected static Prepared Refused(StepContext context, string code, string why) =>
        new() { Rendered = Copy(context), Verdict = new StepOutcome.Failed(code, why) };

    protected static StepOutcome Outcome(Lead? changed, JsonObject? result = null) => changed is null
        ? new StepOutcome.Failed(LeadErrors.NotFound.Code, LeadErrors.NotFound.Message)
        : new StepOutcome.Done(result);

    /// <returns>Null when it is missing or no text.</returns>
    protected static string? Text(JsonObject config, string name) =>
        config[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetValue<string>())
            ? value.GetValue<string>().Trim()
            : null;

    protected static IEnumerable<(string Path, string Problem)> RequireText(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
        {
            yield return (name, "is required and must be text");
        }
    }

    protected static IEnumerable<(string Path, string Problem)> RequireId(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String || !DocumentId.IsValid(value.GetString()))
        {
            yield return (name, "is required and must be an id");
        }
    }
}
