using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;

namespace Ecodrix.Engine.Steps;

/// <summary>An action that steers its run and touches nothing: its preparation is its verdict.</summary>
internal abstract class ControlHandler(string type) : IStepHandler
{
    public string Type => type;

    public virtual TextForm FormOf(string path) => TextForm.Verbatim;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => ControlSteps.Validate(type, config);

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var verdict = Decide(context);
        var rendered = context.Config.DeepClone().AsObject();
        switch (verdict)
        {
            case StepOutcome.WaitUntil wait:
                rendered["until"] = JsonValue.Create(Storage.Instants.Write(wait.Time));
                break;
            case StepOutcome.WaitForEvent wait:
                rendered["until"] = JsonValue.Create(Storage.Instants.Write(wait.Timeout));
                break;
            case StepOutcome.Branched branched:
                rendered["takes"] = branched.Then ? "then" : "else";
                break;
        }

        return Task.FromResult(new Prepared { Rendered = rendered, Verdict = verdict });
    }

    public Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken) =>
        Task.FromResult(Decide(context));

    protected abstract StepOutcome Decide(StepContext context);

    protected static double? Minutes(StepContext context, string name) =>
        context.Config[name] is JsonValue value && value.TryGetValue<double>(out var minutes) ? minutes : null;

    protected static string? Text(StepContext context, string name) =>
        context.Config[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}

/// <summary>Waits for a time, which may have to lie in a window of the day.</summary>
internal sealed class WaitHandler() : ControlHandler(ControlSteps.Wait)
{
    public override TextForm FormOf(string path) => path is "until" ? TextForm.Plain : TextForm.Verbatim;

    protected override StepOutcome Decide(StepContext context)
    {
        var zone = Text(context, "timeZone") is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : context.Subject.Zone;
        var time = context.Now + TimeSpan.FromMinutes(Minutes(context, "minutes") ?? 0);
        if (Text(context, "until") is { } until && !WaitTime.TryParse(until.Trim(), zone, out time))
        {
            return new StepOutcome.Failed("INVALID_TIME", "until gave no time such as 2026-03-15T09:30:00Z.");
        }

        if (Minutes(context, "minutes") is null && Text(context, "until") is null)
        {
            return new StepOutcome.Failed("INVALID_TIME", "until gave nothing.");
        }

        time = time > context.Now ? time : context.Now;
        return new StepOutcome.WaitUntil(Text(context, "window") is { } window ? WaitTime.Into(time, window, zone) : time);
    }
}

/// <summary>Waits for an event of the lead, or for the time to be up.</summary>
internal sealed class WaitForHandler() : ControlHandler(ControlSteps.WaitFor)
{
    protected override StepOutcome Decide(StepContext context) =>
        new StepOutcome.WaitForEvent(Text(context, "trigger")!, context.Now + TimeSpan.FromMinutes(Minutes(context, "timeoutMinutes") ?? 0))
        {
            Match = Text(context, "match"),
            StopsOnTimeout = Text(context, "onTimeout") is "stop",
        };
}

/// <summary>Takes one of two sides.</summary>
internal sealed class BranchHandler() : ControlHandler(ControlSteps.Branch)
{
    protected override StepOutcome Decide(StepContext context)
    {
        var facts = new EventFacts(context.Work.Event!.Trigger, () => context.Scope, context.Now);
        return new StepOutcome.Branched(context.Definition.Condition is not { } condition || Storage.Conditions.Evaluation.IsMetBy(condition, facts.Field, context.Now));
    }
}

/// <summary>Ends the run.</summary>
internal sealed class StopHandler() : ControlHandler(ControlSteps.Stop)
{
    protected override StepOutcome Decide(StepContext context) => new StepOutcome.Stopped();
}
