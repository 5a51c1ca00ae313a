using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox.Live;

/// <summary>Tells dashboards of messages and conversations, once what happened to them is stored.</summary>
internal sealed class MessageNews(RealtimeDoor realtime, SandboxPlay sandbox, ITenantClock clocks)
{
    /// <summary>An attempt has come to something.</summary>
    /// <param name="hasMoved">Whether a status that came early was told already.</param>
    public void Attempted(TenantId tenant, Message message, ShownIn shown, bool hasMoved)
    {
        if (!realtime.IsWatched(tenant))
        {
            return;
        }

        var conversation = shown.Conversation is null
            ? (JsonElement?)null
            : JsonSerializer.SerializeToElement(ConversationView.Of(shown.Conversation, clocks.Now(tenant)), InboxJson.Default.ConversationView);
        if (message.Status is MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read)
        {
            realtime.Publish(tenant, RealtimeEvent.MessageSent(message.ConversationId, message.LeadId, ViewOf(message), conversation));
        }

        if (!hasMoved)
        {
            Moved(tenant, message, message.Status);
        }

        if (shown.HasChanged && conversation is { } view)
        {
            realtime.Publish(tenant, RealtimeEvent.ConversationUpdated(message.ConversationId, shown.Conversation!.LeadId, view));
        }

        if (message is { Sandboxed: true, Status: MessageStatus.Sent })
        {
            sandbox.Play(tenant, message);
        }
    }

    /// <summary>The message has come to a status, by itself or by what the provider told.</summary>
    public void Moved(TenantId tenant, Message message, MessageStatus status)
    {
        if (!realtime.IsWatched(tenant))
        {
            return;
        }

        var error = message.Error is null ? (JsonElement?)null : JsonSerializer.SerializeToElement(message.Error, InboxJson.Default.MessageError);
        var at = TimeOf(message.StatusTimes, status) ?? clocks.Now(tenant);
        realtime.Publish(tenant, RealtimeEvent.MessageStatus(SandboxPlay.PlaceOf(message), JsonNamingPolicy.CamelCase.ConvertName(status.ToString()), at, error));
    }

    private static JsonElement ViewOf(Message message) => JsonSerializer.SerializeToElement(MessageView.Of(message), InboxJson.Default.MessageView);

    private static DateTimeOffset? TimeOf(StatusTimes times, MessageStatus status) => status switch
    {
        MessageStatus.Sent => times.Sent,
        MessageStatus.Delivered => times.Delivered,
        MessageStatus.Read => times.Read,
        MessageStatus.Failed => times.Failed,
        _ => null,
    };
}

/// <summary>Where a message is shown.</summary>
/// <param name="Conversation">Null when it is gone.</param>
/// <param name="HasChanged">Whether the message is its last one now.</param>
internal sealed record ShownIn(Conversation? Conversation, bool HasChanged);
