using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Works off what Meta posted for one client: statuses are taken in, and all else is kept as it came for the feature that will read it.</summary>
/// <remarks>Each part is done once however often it is begun, so a crash only begins again. What was worked off is not kept here.</remarks>
internal sealed class WebhookJob(StatusDoor statuses, TimeProvider clock) : IWorkHandler
{
    public const string JobType = "whatsapp_webhook";

    /// <summary>How many changes are worked off before what is left is written down.</summary>
    private const int AtOnce = 100;

    private const string MessagesField = "messages";

    public string Type => JobType;

    public async Task<WorkOutcome> AdvanceAsync(
        ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
    {
        var state = work.State!.Value.Deserialize(InboundJson.Default.WebhookState)!;
        foreach (var change in state.Changes.Take(AtOnce))
        {
            if (change.Field is MessagesField)
            {
                await TakeInAsync(database, change, state.ReceivedAt, cancellationToken);
            }
            else
            {
                await KeptNotice.KeepAsync(database, KeptNotice.Of(change, state.ReceivedAt), cancellationToken);
            }
        }

        var left = JsonSerializer.SerializeToElement(state with { Changes = [.. state.Changes.Skip(AtOnce)] }, InboundJson.Default.WebhookState);
        return state.Changes.Count > AtOnce ? new WorkOutcome.NextAt(clock.GetUtcNow()) { State = left } : new WorkOutcome.Done { State = left };
    }

    private async Task TakeInAsync(ITenantDatabase database, WebhookChange change, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        foreach (var status in WebhookChange.ListOf(change.Value, "statuses") ?? [])
        {
            if (StatusReader.Read(status, receivedAt) is { } update)
            {
                await statuses.TakeInAsync(database, update, cancellationToken);
            }
            else
            {
                await KeptNotice.KeepAsync(database, KeptNotice.OfPart("status", status, change, receivedAt), cancellationToken);
            }
        }

        foreach (var message in WebhookChange.ListOf(change.Value, "messages") ?? [])
        {
            await KeptNotice.KeepAsync(database, KeptNotice.OfPart("message", message, change, receivedAt), cancellationToken);
        }

        foreach (var error in WebhookChange.ListOf(change.Value, "errors") ?? [])
        {
            await KeptNotice.KeepAsync(database, KeptNotice.OfPart("error", error, change, receivedAt), cancellationToken);
        }
    }
}
