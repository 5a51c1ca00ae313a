using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecodrix.Channels.Guarding;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Callbacks;

namespace Ecodrix.Server.Features.Automations.Actions;

/// <summary>Sends a signed callback to an address that the rule names: a job of its own, added under the step's id before the step settles.</summary>
internal sealed partial class CallbackStep(GuardedConnector connector, IServiceProvider services) : IStepHandler
{
    private const string Url = "url";

    private const string Payload = "payload";

    public string Type => "callback";

    public TextForm FormOf(string path) => path is Url ? TextForm.Url : TextForm.Plain;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        if (!config.TryGetProperty(Url, out var url) || url.ValueKind is not JsonValueKind.String)
        {
            yield return (Url, "The address to send to.");
        }
        else if (!FixedHost().IsMatch(url.GetString()!))
        {
            yield return (Url, "An absolute URL; templates stand in its path and query only.");
        }
        else if (connector.CheckUrl(Templates().Replace(url.GetString()!, "x")).Problem is { } problem)
        {
            yield return (Url, problem);
        }

        if (config.TryGetProperty(Payload, out var payload) && payload.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            yield return (Payload, "An object.");
        }
    }

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var check = connector.CheckUrl(context.Config[Url]?.GetValue<string>());
        var (body, problem) = BodyOf(context);
        return Task.FromResult(new Prepared
        {
            Rendered = new JsonObject { [Url] = check.Url?.AbsoluteUri, [Payload] = context.Config[Payload]?.DeepClone() },
            Request = (check.Url?.AbsoluteUri, body),
            Verdict = (check.Problem ?? problem) is { } why ? new StepOutcome.Failed("VALIDATION_ERROR", why) : null,
        });
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var (url, body) = ((string, string))prepared.Request!;
        var job = new WorkItem
        {
            Id = context.EffectId,
            Tenant = context.Database.Tenant.Value,
            Type = WorkItem.CallbackType,
            LeadId = context.Work.LeadId,
            DueAt = context.Now,
            CreatedAt = context.Now,
            RunAt = context.Now,
            Traceparent = context.Work.Traceparent,
            Callback = new CallbackState { Id = context.EffectId, Url = url, Body = body, NextAttemptAt = context.Now, OwedAt = context.OwedAt },
        };

        // Taken already after a crash: then it is the very job that this step added.
        await services.GetRequiredService<IWorkControl>().AddJobAsync(job, cancellationToken);
        return new StepOutcome.Done(new JsonObject { ["callbackLogId"] = context.EffectId });
    }

    private static (string? Body, string? Problem) BodyOf(StepContext context)
    {
        if (context.Config[Payload] is not { } payload)
        {
            return (CallbackDoor.Report(context.Work, context.Now), null);
        }

        using var json = JsonDocument.Parse(payload.ToJsonString());
        return CallbackDoor.BodyOf(json.RootElement);
    }

    [GeneratedRegex(@"\Ahttps?://[^/?#{}]+(?:[/?#].*)?\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex FixedHost();

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Templates();
}
