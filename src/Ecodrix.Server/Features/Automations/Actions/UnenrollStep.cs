using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Automations.Actions;

/// <summary>Takes the lead out of a sequence. Doing it twice is doing it once.</summary>
internal sealed class UnenrollStep(IServiceProvider services) : IStepHandler
{
    public string Type => "unenroll";

    public TextForm FormOf(string path) => TextForm.Verbatim;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RuleIdConfig.Validate(config);

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var ruleId = RuleIdConfig.Read(context.Config);
        return Task.FromResult(new Prepared
        {
            Rendered = new JsonObject { ["ruleId"] = ruleId },
            Request = ruleId,
            Verdict = context.Work.LeadId is null ? new StepOutcome.Skipped("the event is about no lead") : null,
        });
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var (runs, control) = (services.GetRequiredService<RunDoor>(), services.GetRequiredService<IWorkControl>());
        var tenant = context.Database.Tenant;
        Condition[] unfinished = [Condition.Eq("leadId", context.Work.LeadId), RunDoor.Unfinished];
        var ended = new JsonArray();
        await foreach (var (work, run) in runs.WalkAsync(tenant, unfinished, cancellationToken))
        {
            if (run.IsSequence && run.FinishedAt is null && string.Equals(run.RuleId, (string)prepared.Request!, StringComparison.Ordinal))
            {
                await control.CancelAsync(tenant, work.Id, run.Id, cancellationToken);
                ended.Add(run.Id);
            }
        }

        return new StepOutcome.Done(new JsonObject { ["enrollmentIds"] = ended });
    }
}
