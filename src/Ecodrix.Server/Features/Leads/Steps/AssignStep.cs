using System.Text.Json;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>assign_to {assignTo}</c>; text that renders empty takes the assignee away.</summary>
internal sealed class AssignStep(LeadDoor leads) : LeadStep("assign_to")
{
    private const string AssignTo = "assignTo";

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RequireText(config, AssignTo);

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var assignee = Text(context.Config, AssignTo);
        var assigned = await leads.ChangeAsync(
            context.Database, context.Work.LeadId!, lead => lead.AssignTo(assignee), Cause.Of(context), cancellationToken);
        return Outcome(assigned, new() { ["assignedTo"] = assignee });
    }
}
