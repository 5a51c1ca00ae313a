using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Realtime;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>The catalogue against the table of 50-realtime.md: names, payloads and rooms.</summary>
public sealed class CatalogueTests
{
    private const string Id = "665f00000000000000000000";

    private static readonly JsonElement View = JsonElement.Parse("""{"_id":"x"}""");

    private static readonly DateTimeOffset At = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly BulkFigures Bulk = new(Id, JsonElement.Parse("""{"sent":3}"""), 0.25, TimeSpan.FromSeconds(8.5));

    private static readonly (RealtimeEvent Event, string Name, string Members, string Rooms)[] Table =
    [
        (RealtimeEvent.MessageReceived(Id, "l", View, View), "new_message", "message conversation", $"conversation:{Id} lead:l"),
        (RealtimeEvent.MessageSent(Id, null, View, null), "whatsapp.message_sent", "message conversation", $"conversation:{Id}"),
        (RealtimeEvent.MessageStatus(new MessagePlace("m", Id, "l"), "read", At, null), "message_status_update", "messageId conversationId status at", $"conversation:{Id} lead:l"),
        (RealtimeEvent.MessageStatus(new MessagePlace("m", Id, "l"), "failed", At, View), "message_status_update", "messageId conversationId status at error", $"conversation:{Id} lead:l"),
        (RealtimeEvent.ConversationUpdated(Id, "l", View), "conversation_updated", "conversation", $"conversation:{Id} lead:l"),
        (RealtimeEvent.LeadCreated("l", View), "crm.lead_created", "lead", "lead:l"),
        (RealtimeEvent.LeadUpdated("l", View, []), "crm.lead_updated", "lead changes", "lead:l"),
        (RealtimeEvent.LeadDeleted("l", View), "crm.lead_deleted", "lead", "lead:l"),
        (RealtimeEvent.EventReceived("l", View), "event.received", "eventLog", "lead:l"),
        (RealtimeEvent.EventCompleted(null, View), "event.completed", "eventLog", ""),
        (RealtimeEvent.EventFailed("l", View), "event.failed", "eventLog", "lead:l"),
        (RealtimeEvent.RunStarted("r", "l", View), "run.started", "run", "run:r lead:l"),
        (RealtimeEvent.RunStep("r", null, View), "run.step", "runId step", "run:r"),
        (RealtimeEvent.RunCompleted("r", "l", View), "run.completed", "run", "run:r lead:l"),
        (RealtimeEvent.RunFailed("r", "l", View), "run.failed", "run", "run:r lead:l"),
        (RealtimeEvent.CallbackDelivered("l", View), "callback.delivered", "callbackLog", "lead:l"),
        (RealtimeEvent.CallbackFailed("l", View), "callback.failed", "callbackLog", "lead:l"),
        (RealtimeEvent.JobProgress("j", "t", 1, null, null), "job.progress", "jobId type done total etaSeconds", ""),
        (RealtimeEvent.BroadcastProgress(Bulk), "broadcast_progress", "id counts progress etaSeconds", $"broadcast:{Id}"),
        (RealtimeEvent.BroadcastCompleted(Bulk), "broadcast_completed", "id counts progress etaSeconds", $"broadcast:{Id}"),
        (RealtimeEvent.CampaignProgress(Bulk), "campaign_progress", "id counts progress etaSeconds", ""),
        (RealtimeEvent.CampaignCompleted(Bulk), "campaign_completed", "id counts progress etaSeconds", ""),
        (RealtimeEvent.MeetScheduled("l", View), "meet.scheduled", "meeting", "lead:l"),
        (RealtimeEvent.MeetUpdated("l", View), "meet.updated", "meeting", "lead:l"),
        (RealtimeEvent.MeetCancelled("l", View), "meet.cancelled", "meeting", "lead:l"),
        (RealtimeEvent.NotificationNew(null, View), "notification:new", "notification", ""),
        (RealtimeEvent.RunCancelled("r", "l", View), "run.cancelled", "run", "run:r lead:l"),
        (RealtimeEvent.CallbackAttempted("l", View), "callback.attempted", "callbackLog", "lead:l"),
        (RealtimeEvent.EventCancelled("l", View), "event.cancelled", "eventLog", "lead:l"),
    ];

    [Fact]
    public void Each_event_has_its_name_its_members_and_its_rooms()
    {
        foreach (var (told, name, members, rooms) in Table)
        {
            told.Name.ShouldBe(name);
            string.Join(' ', told.Payload.EnumerateObject().Select(member => member.Name)).ShouldBe(members, name);
            string.Join(' ', told.Rooms).ShouldBe(rooms, name);
            told.Bytes.ShouldBe(told.Payload.GetRawText().Length, name);
        }
    }

    [Fact]
    public void The_table_names_every_event_that_there_is()
    {
        var names = typeof(RealtimeEvent.Names).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Table.SelectMany(row => row.Event.Alias is { } alias ? [row.Name, alias] : new[] { row.Name }).Distinct(StringComparer.Ordinal)
            .ShouldBe(names, ignoreOrder: true);
    }

    [Fact]
    public void A_new_message_goes_by_the_name_that_older_dashboards_know_too() =>
        Table.Where(row => row.Event.Alias is not null).Select(row => (row.Name, row.Event.Alias)).ShouldBe([("new_message", "whatsapp.message_received")]);

    [Fact]
    public void Progress_is_paced_by_what_progresses_and_nothing_else_is() =>
        Table.Where(row => row.Event.PaceKey is not null).Select(row => row.Event.PaceKey).ShouldBe(["job:j", $"broadcast:{Id}", $"campaign:{Id}"]);

    [Fact]
    public void The_number_and_the_time_are_added_and_a_time_of_its_own_stays()
    {
        var lead = PayloadWriting.WithNumber(RealtimeEvent.LeadCreated("l", View).Payload, 7, At);
        lead.GetRawText().ShouldBe("""{"lead":{"_id":"x"},"seq":7,"at":"2026-03-15T09:30:00.000Z"}""");

        var status = PayloadWriting.WithNumber(RealtimeEvent.MessageStatus(new MessagePlace("m", "c", null), "read", At.AddDays(-1), null).Payload, 8, At);
        status.GetProperty("at").GetString().ShouldBe("2026-03-14T09:30:00.000Z");
        status.GetProperty("seq").GetInt64().ShouldBe(8);
    }

    [Theory]
    [InlineData("lead:665f00000000000000000000", true)]
    [InlineData("conversation:665f00000000000000000000", true)]
    [InlineData("broadcast:665f00000000000000000000", true)]
    [InlineData("run:665f00000000000000000000", true)]
    [InlineData("tenant:ACME", false)]
    [InlineData("lead:", false)]
    [InlineData("lead:665F00000000000000000000", false)]
    [InlineData("lead:665f00000000000000000000:x", false)]
    [InlineData("campaign:665f00000000000000000000", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_known_kinds_of_rooms_with_an_id_can_be_asked_for(string? room, bool expected) => RoomNames.IsNarrower(room).ShouldBe(expected);

    [Fact]
    public void The_time_that_is_left_is_told_in_whole_seconds() =>
        JsonNode.Parse(RealtimeEvent.BroadcastProgress(Bulk).Payload.GetRawText())!["etaSeconds"]!.GetValue<long>().ShouldBe(9);
}
