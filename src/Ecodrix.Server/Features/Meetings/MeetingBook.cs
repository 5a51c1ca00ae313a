using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Channels.Meet;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>Keeps meetings, and tells of them: to the timeline and the rules that listen.</summary>
internal sealed class MeetingBook(CausedEvents events, RealtimeDoor realtime, Ledger ledger)
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
    /// <param name="giveUp">Ends the waiting for a database that is away, and nothing else.</param>
    public Task RecordAsync(ITenantDatabase database, Meeting meeting, string actor, Lineage lineage, CancellationToken giveUp) =>
        ledger.WriteAsync(() => KeepAsync(database, meeting, actor, lineage, CancellationToken.None), giveUp);

    private async Task<Meeting> KeepAsync(ITenantDatabase database, Meeting meeting, string actor, Lineage lineage, CancellationToken cancellationToken)
    {
        var isNew = await StoreAsync(database.Documents<Meeting>(), meeting, cancellationToken);
        if (meeting.Status is not MeetingStatus.Scheduled)
        {
            return meeting;
        }

        if (isNew && realtime.IsWatched(database.Tenant))
        {
            realtime.Publish(database.Tenant, RealtimeEvent.MeetScheduled(meeting.LeadId, JsonSerializer.SerializeToElement(MeetingView.Of(meeting), MeetingsJson.Default.MeetingView)));
        }

        if (meeting.LeadId is { } leadId)
        {
            await TimelineDoor.AddAsync(database, [EntryOf(meeting, leadId, actor)], cancellationToken);
        }

        await events.TellAsync(database, "meeting_created", meeting.Id, meeting.LeadId, () => ContentOf(meeting), lineage, cancellationToken);
        return meeting;
    }

    /// <returns>False when it was stored before.</returns>
    private static async Task<bool> StoreAsync(IDocuments<Meeting> meetings, Meeting meeting, CancellationToken cancellationToken) =>
        await meetings.TryAddAsync(meeting, cancellationToken)
        || (await meetings.FindAsync(meeting.Id, cancellationToken) is { Status: MeetingStatus.Failed } held
            && await meetings.TryReplaceAsync(meeting with { Version = held.Version + 1 }, cancellationToken));

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
