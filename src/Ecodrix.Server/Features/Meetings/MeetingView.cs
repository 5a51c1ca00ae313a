using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>A meeting as its tenant sees it.</summary>
internal sealed record MeetingView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public string? LeadId { get; init; }

    public required string Title { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    public required string TimeZone { get; init; }

    public string? MeetLink { get; init; }

    public required string Provider { get; init; }

    public string? GoogleEventId { get; init; }

    public MeetingStatus Status { get; init; }

    public required IReadOnlyList<string> Attendees { get; init; }

    public MeetingError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static MeetingView Of(Meeting meeting) => new()
    {
        Id = meeting.Id,
        LeadId = meeting.LeadId,
        Title = meeting.Title,
        StartTime = meeting.StartTime,
        EndTime = meeting.EndTime,
        TimeZone = meeting.TimeZone,
        MeetLink = meeting.MeetLink,
        Provider = meeting.Provider,
        GoogleEventId = meeting.GoogleEventId,
        Status = meeting.Status,
        Attendees = meeting.Attendees,
        Error = meeting.Error,
        CreatedAt = meeting.CreatedAt,
    };
}
