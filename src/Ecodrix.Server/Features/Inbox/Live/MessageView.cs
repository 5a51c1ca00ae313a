using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Inbox.Live;

/// <summary>A message as its tenant sees it.</summary>
internal sealed record MessageView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string ConversationId { get; init; }

    public string? LeadId { get; init; }

    public string? Wamid { get; init; }

    public MessageDirection Direction { get; init; }

    public required string Type { get; init; }

    public string? Text { get; init; }

    public TemplateUse? Template { get; init; }

    public string? ReplyTo { get; init; }

    public MessageStatus Status { get; init; }

    public required StatusTimes StatusTimes { get; init; }

    public MessageError? Error { get; init; }

    public required string SentBy { get; init; }

    public required string Provider { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static MessageView Of(Message message) => new()
    {
        Id = message.Id,
        ConversationId = message.ConversationId,
        LeadId = message.LeadId,
        Wamid = message.Wamid,
        Direction = message.Direction,
        Type = message.Type,
        Text = message.Text,
        Template = message.Template,
        ReplyTo = message.ReplyTo,
        Status = message.Status,
        StatusTimes = message.StatusTimes,
        Error = message.Error,
        SentBy = message.SentBy,
        Provider = message.Provider,
        CreatedAt = message.CreatedAt,
    };
}

/// <summary>A conversation as its tenant sees it.</summary>
internal sealed record ConversationView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public string? Phone { get; init; }

    public string? WaUserId { get; init; }

    public string? Name { get; init; }

    public string? LeadId { get; init; }

    public LastMessage? LastMessage { get; init; }

    public int UnreadCount { get; init; }

    public DateTimeOffset? WindowExpiresAt { get; init; }

    public bool WindowOpen { get; init; }

    public string? AssignedTo { get; init; }

    public ConversationStatus Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static ConversationView Of(Conversation conversation, DateTimeOffset now) => new()
    {
        Id = conversation.Id,
        Phone = conversation.Phone,
        WaUserId = conversation.WaUserId,
        Name = conversation.Name,
        LeadId = conversation.LeadId,
        LastMessage = conversation.LastMessage,
        UnreadCount = conversation.UnreadCount,
        WindowExpiresAt = conversation.WindowExpiresAt,
        WindowOpen = conversation.IsWindowOpenAt(now),
        AssignedTo = conversation.AssignedTo,
        Status = conversation.Status,
        CreatedAt = conversation.CreatedAt,
        UpdatedAt = conversation.UpdatedAt,
    };
}
