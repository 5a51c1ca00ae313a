using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>One message of a conversation. One sent by a step has the step's effect id, so that adding it twice is adding it once.</summary>
internal sealed record Message : IDocument<Message>
{
    public static Collection<Message> Collection { get; } = new(
        "messages",
        InboxJson.Default.Message,
        new DocumentIndex("conversationId", "_id"),
        new DocumentIndex("wamid") { OnlyWhenSet = "wamid" },
        new DocumentIndex("sandboxed", "_id") { OnlyWhenSet = "sandboxed" });

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string ConversationId { get; init; }

    public string? LeadId { get; init; }

    /// <summary>The recipient, in E.164.</summary>
    public required string Phone { get; init; }

    /// <summary>The provider's id.</summary>
    public string? Wamid { get; init; }

    public MessageDirection Direction { get; init; } = MessageDirection.Outbound;

    /// <summary><c>text</c> or <c>template</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the person reads, as far as it is known.</summary>
    public string? Text { get; init; }

    public bool PreviewUrl { get; init; }

    public TemplateUse? Template { get; init; }

    /// <summary>The wamid of the message that this one answers.</summary>
    public string? ReplyTo { get; init; }

    public MessageStatus Status { get; init; }

    public StatusTimes StatusTimes { get; init; } = StatusTimes.None;

    public MessageError? Error { get; init; }

    /// <summary><c>api</c> or <c>automation</c>.</summary>
    public required string SentBy { get; init; }

    public required string Provider { get; init; }

    /// <summary>True for the sandbox's, else null; the outbox finds them by it.</summary>
    public bool? Sandboxed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the events that news of this message causes, so that a chain of rules cannot feed itself; null before it was handed over.</summary>
    public Lineage? Lineage { get; init; }

    public Message SentAt(DateTimeOffset now, string wamid) =>
        this with { Status = MessageStatus.Sent, Wamid = wamid, Error = null, StatusTimes = StatusTimes with { Sent = now } };

    public Message FailedAt(DateTimeOffset now, string code, string why) =>
        this with { Status = MessageStatus.Failed, Error = new MessageError(code, why, Retryable: false), StatusTimes = StatusTimes with { Failed = now } };

    /// <summary>Nobody knows whether it left; it stays queued until a status of the provider tells.</summary>
    public Message Doubtful(string why) => this with { Error = new MessageError("UNKNOWN", why, Retryable: false) };

    /// <summary>A sandboxed message comes by itself to where it would have come by now.</summary>
    public MessageStatus StatusAt(DateTimeOffset now)
    {
        if (Sandboxed is not true || Status is not MessageStatus.Sent || StatusTimes.Sent is not { } sent)
        {
            return Status;
        }

        return now >= SandboxProgress.ReadAt(sent) ? MessageStatus.Read
            : now >= SandboxProgress.DeliveredAt(sent) ? MessageStatus.Delivered
            : MessageStatus.Sent;
    }
}

/// <param name="Variables">A list, or an object with header, body and buttons; null when there are none.</param>
internal sealed record TemplateUse(string Name, string Language, JsonElement? Variables);

internal sealed record MessageError(string Code, string Message, bool Retryable);

internal sealed record StatusTimes(DateTimeOffset? Sent, DateTimeOffset? Delivered, DateTimeOffset? Read, DateTimeOffset? Failed)
{
    public static readonly StatusTimes None = new(null, null, null, null);
}

internal enum MessageDirection
{
    Inbound,
    Outbound,
}

internal enum MessageStatus
{
    Received,
    Queued,
    Sent,
    Delivered,
    Read,
    Failed,
}
