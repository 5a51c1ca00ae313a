using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Notifications;

/// <summary>Something that the client's own people are told.</summary>
internal sealed record Notification : IDocument<Notification>
{
    public static Collection<Notification> Collection { get; } = new("notifications", NotificationsJson.Default.Notification);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? LeadId { get; init; }

    public required string Title { get; init; }

    public required string Message { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>From then on no list shows it.</summary>
    public DateTimeOffset? DismissedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A notification as the client's people see it.</summary>
internal sealed record NotificationView(
    [property: JsonPropertyName("_id")] string Id, string? LeadId, string Title, string Message, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt, DateTimeOffset? DismissedAt)
{
    public static NotificationView Of(Notification notification) => new(
        notification.Id, notification.LeadId, notification.Title, notification.Message, notification.CreatedAt, notification.ReadAt, notification.DismissedAt);
}

/// <param name="Deleted">How many.</param>
internal sealed record ClearedView(int Deleted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(ClearedView))]
internal sealed partial class NotificationsJson : JsonSerializerContext;
