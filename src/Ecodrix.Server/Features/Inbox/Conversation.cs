using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>All that was written to and by one person on WhatsApp.</summary>
internal sealed record Conversation : IDocument<Conversation>
{
    public static Collection<Conversation> Collection { get; } = new("conversations", InboxJson.Default.Conversation, new DocumentIndex("leadId")) { IsFoundOften = true };

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>E.164. No two conversations have the same: a claim.</summary>
    public string? Phone { get; init; }

    public string? WaUserId { get; init; }

    public string? Name { get; init; }

    public string? LeadId { get; init; }

    public LastMessage? LastMessage { get; init; }

    public int UnreadCount { get; init; }

    /// <summary>Until when the provider takes free text; set by what the person writes.</summary>
    public DateTimeOffset? WindowExpiresAt { get; init; }

    public string? AssignedTo { get; init; }

    public ConversationStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool IsWindowOpenAt(DateTimeOffset now) => WindowExpiresAt > now;

    /// <summary>With this as its last message, unless a later one is known already.</summary>
    public Conversation With(Message message) => LastMessage?.At > message.CreatedAt
        ? this
        : this with
        {
            Version = Version + 1,
            LastMessage = new LastMessage(message.Text ?? message.Template?.Name, message.Type, message.Direction, message.CreatedAt),
            LeadId = LeadId ?? message.LeadId,
            UpdatedAt = message.CreatedAt,
        };
}

internal sealed record LastMessage(string? Text, string Type, MessageDirection Direction, DateTimeOffset At);

internal enum ConversationStatus
{
    Open,
    Closed,
}
