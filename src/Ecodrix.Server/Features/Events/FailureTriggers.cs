using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events;

/// <summary>Fires <c>run_failed</c> and <c>callback_failed</c>, each once under an id that follows from what failed.</summary>
/// <remarks>The door is asked for late: it leads to the engine, which is made of its observers.</remarks>
internal sealed class FailureTriggers(IServiceProvider services) : IWorkObserver
{
    private const string RunFailed = "run_failed";

    private const string CallbackFailed = "callback_failed";

    public bool MustHear(WorkItem? before, WorkItem after) => FailedRuns(before, after).Any() || HasFailedCallback(before, after);

    public async Task OnSettledAsync(ITenantDatabase database, WorkItem? before, WorkItem after, CancellationToken cancellationToken)
    {
        foreach (var run in FailedRuns(before, after))
        {
            var content = new JsonObject
            {
                ["runId"] = run.Id,
                ["ruleId"] = run.RuleId,
                ["ruleName"] = run.RuleName,
                ["eventLogId"] = after.Id,
                ["trigger"] = after.Event!.Trigger,
                ["error"] = run.Error,
            };
            await FireAsync(database, after, RunFailed, run.Id, content, cancellationToken);
        }

        if (HasFailedCallback(before, after))
        {
            var callback = after.Callback!;
            var content = new JsonObject
            {
                ["callbackLogId"] = callback.Id,
                ["eventLogId"] = WorkIds.EventOf(after.Id),
                ["attempts"] = callback.Attempts.Count,
                ["lastStatusCode"] = callback.Attempts.Count > 0 ? callback.Attempts[^1].StatusCode : null,
                ["error"] = callback.Attempts.Count > 0 ? callback.Attempts[^1].Error : null,
            };
            await FireAsync(database, after, CallbackFailed, callback.Id, content, cancellationToken);
        }
    }

    private async Task FireAsync(ITenantDatabase database, WorkItem work, string trigger, string failed, JsonObject content, CancellationToken cancellationToken)
    {
        var noticed = new NewEvent
        {
            Id = DocumentId.Derived(failed, trigger),
            Database = database,
            Trigger = trigger,
            LeadId = work.LeadId,
            Data = JsonSerializer.SerializeToElement(content, EventsJson.Default.JsonObject),
            Lineage = (work.Event?.Lineage ?? Lineage.None).Next(work.Id),
            Traceparent = work.Traceparent,
        };
        await services.GetRequiredService<EventDoor>().FireAsync(noticed, cancellationToken);
    }

    private static IEnumerable<Run> FailedRuns(WorkItem? before, WorkItem after) =>
        (after.Event?.Runs ?? []).Where((run, number) =>
            run.Status is RunStatus.Failed && before?.Event?.Runs.ElementAtOrDefault(number)?.Status is not RunStatus.Failed);

    private static bool HasFailedCallback(WorkItem? before, WorkItem after) =>
        after.Callback is { Status: CallbackStatus.Failed, Skipped: null } && before?.Callback?.Status is not CallbackStatus.Failed;
}
