using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Pipelines;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>move_stage {stageId}</c></summary>
internal sealed class MoveStageStep(LeadDoor leads, PipelineDoor pipelines) : LeadStep("move_stage")
{
    private const string StageId = "stageId";

    public override TextForm FormOf(string path) => path is StageId ? TextForm.Verbatim : TextForm.Plain;

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RequireId(config, StageId);

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var place = (Placement)prepared.Request!;
        var moved = await leads.ChangeAsync(
            context.Database, context.Work.LeadId!, lead => lead.MoveTo(place, context.Now), Cause.Of(context), cancellationToken);
        return Outcome(moved, new() { [StageId] = place.Stage.Id, ["stageName"] = place.Stage.Name });
    }

    protected override async Task<Prepared> PlanAsync(StepContext context, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadAsync(context.Database, cancellationToken);
        if (book.FindStage(Text(context.Config, StageId)) is not { } place)
        {
            return Refused(context, LeadErrors.UnknownStage.Code, LeadErrors.UnknownStage.Message);
        }

        var rendered = Copy(context);
        rendered["stageName"] = place.Stage.Name;
        return new Prepared { Rendered = rendered, Request = place };
    }
}
