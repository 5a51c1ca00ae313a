using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Keeps messages, and tells of them: to the conversation, the timeline and the rules that listen.</summary>
internal sealed class MessageBook(CausedEvents events)
{
    private const int MostTries = 20;

    /// <summary>Stores the message as it stands. Storing it twice is storing it once; what is known later replaces what was known before.</summary>
    public static async Task PutAsync(ITenantDatabase database, Message message, CancellationToken cancellationToken)
    {
        var messages = database.Documents<Message>();
        for (var tries = 0; tries < MostTries && !await messages.TryAddAsync(message with { Version = 1 }, cancellationToken); tries++)
        {
            if (await messages.FindAsync(message.Id, cancellationToken) is not { } held
                || held.Status > message.Status
                || await messages.TryReplaceAsync(message with { Version = held.Version + 1 }, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Stores a message whose fate is known, and tells of it.</summary>
    /// <param name="actor"><c>key:</c> and a key's id, or <c>run:</c> and a run's id.</param>
    public async Task RecordAsync(ITenantDatabase database, Message message, string actor, Lineage lineage, CancellationToken cancellationToken)
    {
        await PutAsync(database, message, cancellationToken);
        await ConversationBook.ShowAsync(database, message, cancellationToken);
        if (message.LeadId is { } leadId)
        {
            await TimelineDoor.AddAsync(database, [EntryOf(message, leadId, actor)], cancellationToken);
        }

        var trigger = message.Status is MessageStatus.Failed ? "message_failed" : "message_sent";
        if (message.Status is MessageStatus.Failed or MessageStatus.Sent)
        {
            await events.TellAsync(database, trigger, message.Id, message.LeadId, () => ContentOf(message), lineage, cancellationToken);
        }
    }

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
