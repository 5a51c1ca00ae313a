using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Inbox.Live;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Keeps messages, and tells of them: to the conversation, the timeline and the rules that listen.</summary>
internal sealed class MessageBook(CausedEvents events, MessageNews news, Ledger ledger)
{
    private const int MostTries = 20;

    /// <summary>Stores the message as it stands. Storing it twice is storing it once; what is known already of this attempt stays.</summary>
    /// <param name="since">When the attempt began that the message is the outcome of.</param>
    /// <returns>The message as it is stored.</returns>
    public static async Task<Message> PutAsync(ITenantDatabase database, Message message, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var messages = database.Documents<Message>();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var first = message with { Version = 1 };
            if (await messages.TryAddAsync(first, cancellationToken))
            {
                return first;
            }

            if (await messages.FindAsync(message.Id, cancellationToken) is not { } held)
            {
                continue;
            }

            var merged = MessageProgress.Merge(held, message, since);
            if (ReferenceEquals(merged, held) || await messages.TryReplaceAsync(merged, cancellationToken))
            {
                return merged;
            }
        }

        throw new InvalidOperationException("A message could not be stored: it changed too often.");
    }

    /// <summary>Stores what an attempt came to, with what the provider has told of it before, and tells of it.</summary>
    /// <param name="attempted">The message, whose lineage is that of what it causes.</param>
    /// <param name="since">When the attempt began.</param>
    /// <param name="actor"><c>key:</c> and a key's id, or <c>run:</c> and a run's id.</param>
    /// <param name="giveUp">Ends the waiting for a database that is away, and nothing else.</param>
    /// <returns>The message as it is stored: its fate may be known where the attempt did not know it.</returns>
    public Task<Message> RecordAsync(ITenantDatabase database, Message attempted, DateTimeOffset since, string actor, CancellationToken giveUp) =>
        ledger.WriteAsync(() => StoreAsync(database, attempted, since, actor, CancellationToken.None), giveUp);

    private async Task<Message> StoreAsync(ITenantDatabase database, Message attempted, DateTimeOffset since, string actor, CancellationToken cancellationToken)
    {
        var put = await PutAsync(database, attempted, since, cancellationToken);
        var message = await TakeInEarlyAsync(database, put, cancellationToken);
        var shown = await ConversationBook.ShowAsync(database, message, cancellationToken);
        news.Attempted(database.Tenant, message, shown, hasMoved: put.Status != message.Status);
        if (message.LeadId is { } leadId)
        {
            await TimelineDoor.AddAsync(database, [EntryOf(message, leadId, actor)], cancellationToken);
        }

        if (message.Status is not MessageStatus.Queued)
        {
            await TellAsync(database, message, message.Status is MessageStatus.Failed ? MessageStatus.Failed : MessageStatus.Sent, cancellationToken);
        }

        return message;
    }

    /// <summary>Fires the trigger of a status and then stores the message that has come so far: a crash in between fires it again, which is firing it once.</summary>
    /// <returns>False when the message was changed by someone else; decide again.</returns>
    public async Task<bool> TryMoveAsync(ITenantDatabase database, Message next, MessageStatus status, CancellationToken cancellationToken)
    {
        await TellAsync(database, next, status, cancellationToken);
        if (!await database.Documents<Message>().TryReplaceAsync(next, cancellationToken))
        {
            return false;
        }

        news.Moved(database.Tenant, next, status);
        return true;
    }

    // A status may have come before there was a message to show it.
    private async Task<Message> TakeInEarlyAsync(ITenantDatabase database, Message message, CancellationToken cancellationToken)
    {
        if (message.Sandboxed is true)
        {
            return message;
        }

        var early = database.Documents<EarlyStatus>();
        string[] keys = message.Wamid is { } wamid ? [message.Id, wamid] : [message.Id];
        foreach (var kept in await early.FindManyAsync(keys, cancellationToken))
        {
            foreach (var update in kept.Updates)
            {
                message = await AdvanceAsync(database, message, update, cancellationToken);
            }

            await early.DeleteAsync(kept.Id, cancellationToken);
        }

        return message;
    }

    private async Task<Message> AdvanceAsync(ITenantDatabase database, Message message, StatusUpdate update, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var next = MessageProgress.Advance(message, update);
            if (ReferenceEquals(next, message) || await TryMoveAsync(database, next, update.Status, cancellationToken))
            {
                return next;
            }

            message = await database.Documents<Message>().FindAsync(message.Id, cancellationToken) ?? message;
        }

        throw new InvalidOperationException("A status could not be taken in: its message changed too often.");
    }

    private Task TellAsync(ITenantDatabase database, Message message, MessageStatus status, CancellationToken cancellationToken) =>
        events.TellAsync(database, TriggerOf(status), message.Id, message.LeadId, () => ContentOf(message), message.Lineage ?? Lineage.None, cancellationToken);

    private static string TriggerOf(MessageStatus status) => status switch
    {
        MessageStatus.Delivered => "message_delivered",
        MessageStatus.Read => "message_read",
        MessageStatus.Failed => "message_failed",
        _ => "message_sent",
    };

    private static TimelineEntry EntryOf(Message message, string leadId, string actor) => new()
    {
        Id = message.Id,
        LeadId = leadId,
        Kind = TimelineKind.Message,
        Type = message.Status is MessageStatus.Failed ? "message_failed" : "message_sent",
        Title = message.Template is { } template ? $"WhatsApp template {template.Name}" : "WhatsApp message",
        Body = message.Text,
        Actor = actor,
        At = message.CreatedAt,
        Data = new JsonObject { ["messageId"] = message.Id, ["conversationId"] = message.ConversationId, ["errorCode"] = message.Error?.Code },
    };

    private static JsonObject ContentOf(Message message) => new()
    {
        ["messageId"] = message.Id,
        ["conversationId"] = message.ConversationId,
        ["messageType"] = message.Type,
        ["templateName"] = message.Template?.Name,
        ["errorCode"] = message.Error?.Code,
        ["errorMessage"] = message.Error?.Message,
    };
}
