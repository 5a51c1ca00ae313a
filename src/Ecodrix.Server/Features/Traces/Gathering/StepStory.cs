using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Tells of steps, what they rendered, and what the providers said of it. Pure.</summary>
internal static class StepStory
{
    /// <param name="run">Null for the event's prelude.</param>
    public static TraceEntry Of(WorkItem work, Run? run, Step step, TraceBudget budget)
    {
        var runId = run?.Id;
        var before = step.Status is StepStatus.Pending ? run?.Steps.FirstOrDefault(other => other.FinishedAt is null && other.Index < step.Index) : null;
        var at = before is null ? step.StartedAt ?? step.FinishedAt ?? step.DueAt : null;
        return new TraceEntry
        {
            At = at,
            Order = at,
            Kind = TraceEntryKind.Step,
            Title = run is null ? $"The Meet link that the event asked for {Words(step)}."
                : $"Step {step.Index} of “{run.RuleName}” ({step.Type}) {(before is null ? Words(step) : FormattableString.Invariant($"comes after step {before.Index}"))}.",
            Tone = ToneOf(step),
            EventLogId = work.Id,
            RunId = runId,
            Step = new TracedStep
            {
                Index = step.Index,
                Path = step.Path,
                Type = step.Type,
                Name = step.Name,
                Status = step.Status,
                DueAt = step.DueAt,
                StartedAt = step.StartedAt,
                FinishedAt = step.FinishedAt,
                Attempts = step.Attempts,
                Result = budget.Json(step.Result, $"The result of step {step.Index} of run {runId} is too large to show here."),
                Warnings = [.. step.Warnings.Take(10).Select(warning => TraceBudget.Cut(warning)!)],
                HeldFor = step.HeldFor,
                Error = TraceBudget.Cut(step.LastError),
                ErrorCode = step.ErrorCode,
            },
        };
    }

    /// <summary>What was made, and each thing that became known of it.</summary>
    public static IEnumerable<TraceEntry> Of(EffectRecord effect, string? eventLogId, string? runId)
    {
        yield return new TraceEntry
        {
            At = effect.CreatedAt,
            Order = effect.CreatedAt,
            Kind = TraceEntryKind.Effect,
            Title = $"{NounOf(effect)} {(effect.Error is null ? effect.Status is "queued" ? "was queued for" : "was handed to" : effect.Error.Code is "UNKNOWN" ? "may or may not have reached" : "was not taken, or not delivered, by")} {NameOf(effect.Provider)}.",
            Tone = effect.Error is null ? effect.Status is "queued" ? TraceTone.Waiting : TraceTone.Good : TraceTone.Bad,
            EventLogId = eventLogId,
            RunId = runId,
            Effect = Told(effect),
        };

        foreach (var time in effect.Times)
        {
            yield return new TraceEntry
            {
                At = time.At,
                Order = time.At < effect.CreatedAt ? effect.CreatedAt : time.At,
                Kind = TraceEntryKind.EffectStatus,
                Title = $"{NounOf(effect)}: {time.Status}.",
                Tone = time.Status is "failed" ? TraceTone.Bad : TraceTone.Good,
                Note = time.Status is "failed" && effect.Error is { } error ? TraceBudget.Cut($"{error.Code}: {error.Message}") : null,
                EventLogId = eventLogId,
                RunId = runId,
            };
        }
    }

    private static TracedEffect Told(EffectRecord effect) => new()
    {
        Id = effect.Id,
        Channel = effect.Channel,
        Provider = effect.Provider,
        ProviderId = effect.ProviderId,
        To = effect.To,
        Subject = TraceBudget.Cut(effect.Subject),
        Text = TraceBudget.Cut(effect.Text),
        Html = TraceBudget.Cut(effect.Html),
        Template = effect.Template is { } template && template.GetRawText().Length <= TraceLimits.Text ? template : null,
        MeetLink = effect.MeetLink,
        Status = effect.Status,
        ErrorCode = effect.Error?.Code,
        Error = TraceBudget.Cut(effect.Error?.Message),
    };

    private static string Words(Step step) => step.Status switch
    {
        StepStatus.Completed => "was done",
        StepStatus.Failed => "failed",
        StepStatus.Skipped => "was skipped",
        StepStatus.Cancelled => "was cancelled",
        StepStatus.Unknown => "was handed over, and nobody knows whether it took effect",
        StepStatus.Running when step.RetryAt is { } again => $"is tried again at {Instants.Write(again)}",
        StepStatus.Running => "is under way",
        StepStatus.Waiting => "waits",
        _ => step.DueAt is { } due ? $"is due at {Instants.Write(due)}" : "comes later",
    };

    private static TraceTone ToneOf(Step step) => step.Status switch
    {
        StepStatus.Completed => TraceTone.Good,
        StepStatus.Failed or StepStatus.Unknown => TraceTone.Bad,
        StepStatus.Skipped or StepStatus.Cancelled => TraceTone.Neutral,
        _ => TraceTone.Waiting,
    };

    private static string NounOf(EffectRecord effect) => effect.Channel switch
    {
        "whatsapp" => effect.Template is { ValueKind: JsonValueKind.Object } template && template.TryGetProperty("name", out var name) ? $"WhatsApp template {name.GetString()}" : "WhatsApp message",
        "email" => "Mail",
        _ => "Meeting",
    };

    private static string NameOf(string provider) => provider switch
    {
        "meta" => "Meta",
        "google" => "Google",
        "smtp" => "the mail server",
        "sandbox" => "the sandbox",
        _ => provider,
    };
}
