using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Channels.Meet;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>Keeps meetings, and tells of them: to the timeline and the rules that listen.</summary>
internal sealed class MeetingBook(CausedEvents events)
{
    /// <summary>What Google's answer makes of a meeting. Pure.</summary>
    /// <returns>Null while it will be tried again.</returns>
    public static Meeting? FateOf(Meeting meeting, DeliveryResult result, int attempts) => result switch
    {
        MeetingCreated made => meeting with { Status = MeetingStatus.Scheduled, MeetLink = made.MeetLink, GoogleEventId = meeting.Sandboxed is true ? null : made.EventId },
        DeliveryResult.Refused refused => meeting with { Status = MeetingStatus.Failed, Error = new MeetingError(refused.Code, DeliveryOutcomes.Words(refused)) },
        DeliveryResult.TryLater later when DeliveryOutcomes.IsLast(later, attempts) => meeting with { Status = MeetingStatus.Failed, Error = new MeetingError(later.Code ?? "UPSTREAM_FAILED", later.Why) },
        _ => null,
    };

    /// <summary>Stores a meeting whose fate is known. Storing it twice is storing it once; a repeat's fate replaces a failure.</summary>
    public async Task RecordAsync(ITenantDatabase database, Meeting meeting, string actor, Lineage lineage, CancellationToken cancellationToken)
    {
        var meetings = database.Documents<Meeting>();
        if (!await meetings.TryAddAsync(meeting, cancellationToken) && await meetings.FindAsync(meeting.Id, cancellationToken) is { Status: MeetingStatus.Failed } held)
        {
            await meetings.TryReplaceAsync(meeting with { Version = held.Version + 1 }, cancellationToken);
        }

        if (meeting.Status is not MeetingStatus.Scheduled)
        {
            return;
        }

        if (meeting.LeadId is { } leadId)
        {
            await TimelineDoor.AddAsync(database, [EntryOf(meeting, leadId, actor)], cancellationToken);
        }

        await events.TellAsync(database, "meeting_created", meeting.Id, meeting.LeadId, () => ContentOf(meeting), lineage, cancellationToken);
    }

    private static TimelineEntry EntryOf(Meeting meeting, string leadId, string actor) => new()
    {
        Id = meeting.Id,
        LeadId = leadId,
        Kind = TimelineKind.Meeting,
        Type = "meeting_created",
        Title = meeting.Title,
        Body = meeting.MeetLink,
        Actor = actor,
        At = meeting.CreatedAt,
        Data = new JsonObject { ["meetingId"] = meeting.Id, ["startTime"] = Instants.Write(meeting.StartTime) },
    };

    private static JsonObject ContentOf(Meeting meeting) => new()
    {
        ["meetingId"] = meeting.Id,
        ["title"] = meeting.Title,
        ["meetLink"] = meeting.MeetLink,
        ["startTime"] = Instants.Write(meeting.StartTime),
        ["endTime"] = Instants.Write(meeting.EndTime),
    };
}
