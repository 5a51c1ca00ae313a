using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Takes in what the provider tells of messages: moves them forward, settles what was unknown, and fires the triggers.</summary>
internal sealed class StatusDoor(MessageBook book, IWorkControl control, TimeProvider clock)
{
    private const int MostTries = 20;

    /// <summary>Takes in one update. Repeating it after a crash, or being told again, changes nothing more.</summary>
    /// <exception cref="DatabaseUnavailableException">It was not taken in, or not wholly; the caller keeps it.</exception>
    public async Task TakeInAsync(ITenantDatabase database, StatusUpdate update, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var message = await FindAsync(database, update, cancellationToken);
            if (message is null)
            {
                await EarlyStatus.KeepAsync(database, update, clock.GetUtcNow(), cancellationToken);

                // Whoever stores the message looks for what came early after storing it; this looks for the message after keeping.
                message = await FindAsync(database, update, cancellationToken);
            }

            var next = message is null ? null : MessageProgress.Advance(message, update);
            if (next is not null && ReferenceEquals(next, message))
            {
                return;
            }

            // In this order, so that a crash in between leaves the message as it was and all of it is done again.
            if (message is not { Status: not MessageStatus.Queued })
            {
                await SettleAsync(database.Tenant, update, message, cancellationToken);
            }

            if (next is null || await book.TryMoveAsync(database, next, update.Status, cancellationToken))
            {
                return;
            }
        }

        throw new InvalidOperationException("A status could not be taken in: its message changed too often.");
    }

    private static async Task<Message?> FindAsync(ITenantDatabase database, StatusUpdate update, CancellationToken cancellationToken)
    {
        var messages = database.Documents<Message>();
        return update.EffectKey is { } key && DocumentId.IsValid(key) && await messages.FindAsync(key, cancellationToken) is { } found
            ? found
            : (await messages.QueryAsync(new DocumentQuery(Condition.Eq("wamid", update.Wamid), 1), cancellationToken)) is [var other] ? other : null;
    }

    /// <summary>Tells the step or the job whose effect this was, in case it does not know what became of it.</summary>
    private async Task SettleAsync(TenantId tenant, StatusUpdate update, Message? message, CancellationToken cancellationToken)
    {
        if (update.EffectKey is not { } key || !DocumentId.IsValid(key))
        {
            return;
        }

        var verdict = update.ToVerdict();
        if (StepPlace.Of(key) is { } step)
        {
            var effect = new JsonObject { ["messageId"] = key, ["conversationId"] = message?.ConversationId };
            await control.ResolveAsync(tenant, WorkIds.EventOf(key), step, verdict with { Result = JsonSerializer.SerializeToElement(effect, InboxJson.Default.JsonNode) }, cancellationToken);
            return;
        }

        await control.ResolveAsync(tenant, WorkIds.EventOf(key), step: null, verdict, cancellationToken);
    }
}

/// <summary>What the provider told of a message that was sent.</summary>
/// <param name="Wamid">The provider's id of it.</param>
/// <param name="Status"><c>sent delivered read failed</c>, no other.</param>
/// <param name="At">By the provider's clock, in whole seconds.</param>
/// <param name="EffectKey">The key that was handed to the provider with the message; null when it came without.</param>
/// <param name="Error">Of a failed one.</param>
internal sealed record StatusUpdate(string Wamid, MessageStatus Status, DateTimeOffset At, string? EffectKey, MessageError? Error)
{
    /// <summary>What a failure is called that came without a code.</summary>
    private const string NoCode = "FAILED";

    public MessageError Reason => Error ?? new MessageError(NoCode, "The provider said that it failed, and not why.", Retryable: false);

    /// <summary>What this says to a step or a job that does not know whether it sent the message.</summary>
    public Verdict ToVerdict() => Status is MessageStatus.Failed
        ? new Verdict(VerdictKind.Failed) { Code = Reason.Code, Why = Reason.Message }
        : new Verdict(VerdictKind.Sent);
}
