using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Timeline;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>create_note {content}</c>. The note has the step's own id, so writing it again adds nothing.</summary>
internal sealed class CreateNoteStep() : LeadStep("create_note")
{
    private const string Content = "content";

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => RequireText(config, Content);

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var note = new Note
        {
            Id = context.EffectId,
            LeadId = context.Work.LeadId!,
            Content = Text(context.Config, Content)!,
            Actor = Cause.Of(context).Actor,
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
        };
        await TimelineDoor.AddNoteAsync(context.Database, note, cancellationToken);
        return new StepOutcome.Done(new() { ["noteId"] = note.Id });
    }

    protected override Prepared Plan(StepContext context) => Text(context.Config, Content) is null
        ? new Prepared { Rendered = Copy(context), Verdict = new StepOutcome.Skipped("The note rendered to nothing.") }
        : base.Plan(context);
}
