using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>A meeting with its link. One made by a step has the step's effect id, so that adding it twice is adding it once.</summary>
internal sealed record Meeting : IDocument<Meeting>
{
    public static Collection<Meeting> Collection { get; } = new(
        "meetings",
        MeetingsJson.Default.Meeting,
        new DocumentIndex("leadId", "_id"),
        new DocumentIndex("sandboxed", "_id") { OnlyWhenSet = "sandboxed" });

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? LeadId { get; init; }

    public required string Title { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    /// <summary>An IANA name.</summary>
    public required string TimeZone { get; init; }

    public string? MeetLink { get; init; }

    /// <summary><c>google</c> or <c>sandbox</c>.</summary>
    public required string Provider { get; init; }

    public string? GoogleEventId { get; init; }

    public MeetingStatus Status { get; init; }

    /// <summary>Email addresses.</summary>
    public IReadOnlyList<string> Attendees { get; init; } = [];

    public MeetingError? Error { get; init; }

    /// <summary>True for the sandbox's, else null; the outbox finds them by it.</summary>
    public bool? Sandboxed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal enum MeetingStatus
{
    Pending,
    Scheduled,
    Rescheduled,
    Cancelled,
    Failed,
}

internal sealed record MeetingError(string Code, string Message);

/// <summary>How the feature's documents are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Meeting))]
[JsonSerializable(typeof(MeetingView))]
internal sealed partial class MeetingsJson : JsonSerializerContext;
