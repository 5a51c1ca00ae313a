using System.Text.Json;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>add_tag {tag}</c> and <c>remove_tag {tag}</c>.</summary>
internal abstract class TagStep(string type, LeadDoor leads) : LeadStep(type)
{
    private const string Name = "tag";

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RequireText(config, Name);

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var tag = Text(context.Config, Name)!;
        var isFull = false;
        var tagged = await leads.ChangeAsync(context.Database, context.Work.LeadId!, Change, Cause.Of(context), cancellationToken);
        return isFull ? new StepOutcome.Failed("UNPROCESSABLE", "The lead has 100 tags already.") : Outcome(tagged, new() { [Name] = tag });

        Lead Change(Lead lead)
        {
            var changed = Apply(lead, tag);
            isFull = changed.Tags.Count > Math.Max(LeadChanges.MostTags, lead.Tags.Count);
            return isFull ? lead : changed;
        }
    }

    protected override Prepared Plan(StepContext context) =>
        Text(context.Config, Name) is { } tag && FieldReaders.IsTag(tag)
            ? base.Plan(context)
            : Refused(context, "VALIDATION_ERROR", "The tag rendered to nothing, or to more than 64 characters.");

    protected abstract Lead Apply(Lead lead, string tag);
}

internal sealed class AddTagStep(LeadDoor leads) : TagStep("add_tag", leads)
{
    protected override Lead Apply(Lead lead, string tag) => lead.Tag([tag], []);
}

internal sealed class RemoveTagStep(LeadDoor leads) : TagStep("remove_tag", leads)
{
    protected override Lead Apply(Lead lead, string tag) => lead.Tag([], [tag]);
}
