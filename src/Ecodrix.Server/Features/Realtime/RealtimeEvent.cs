using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>Something that dashboards are told: its name on the wire, what it says, and the narrower rooms that it goes to beside its tenant's.</summary>
/// <remarks>Made by the members below alone: they are the catalogue (50-realtime.md).</remarks>
internal sealed partial record RealtimeEvent
{
    private RealtimeEvent(string name, IReadOnlyList<string> rooms, params ReadOnlySpan<(string Name, object? Value)> content)
    {
        Name = name;
        Rooms = rooms;
        Payload = PayloadWriting.Write(content, out var bytes);
        Bytes = bytes;
    }

    public string Name { get; }

    /// <summary>Under which other name older dashboards listen; null for most.</summary>
    public string? Alias => string.Equals(Name, Names.NewMessage, StringComparison.Ordinal) ? Names.MessageReceived : null;

    /// <summary>Such as <c>lead:665f…</c>; they mean something inside one tenant only.</summary>
    public IReadOnlyList<string> Rooms { get; }

    /// <summary>An object, without <c>seq</c>, which it is given when it is written down.</summary>
    public JsonElement Payload { get; }

    /// <summary>How many the payload has.</summary>
    public int Bytes { get; }

    /// <summary>Set on what is told at most four times a second: of all with the same key the last counts.</summary>
    public string? PaceKey { get; private init; }

    /// <param name="conversation">Null where the message has none that is known.</param>
    public static RealtimeEvent MessageReceived(string conversationId, string? leadId, JsonElement message, JsonElement? conversation) =>
        new(Names.NewMessage, Places(conversationId, leadId), ("message", message), ("conversation", conversation));

    /// <param name="conversation">Null where the message has none that is known.</param>
    public static RealtimeEvent MessageSent(string conversationId, string? leadId, JsonElement message, JsonElement? conversation) =>
        new(Names.MessageSent, Places(conversationId, leadId), ("message", message), ("conversation", conversation));

    /// <param name="at">When the message came to that status; it stands in the payload's <c>at</c>.</param>
    /// <param name="error">Of a failed one; left out when null.</param>
    public static RealtimeEvent MessageStatus(MessagePlace of, string status, DateTimeOffset at, JsonElement? error) => error is null
        ? new(Names.MessageStatus, Places(of.ConversationId, of.LeadId), ("messageId", of.MessageId), ("conversationId", of.ConversationId), ("status", status), ("at", at))
        : new(Names.MessageStatus, Places(of.ConversationId, of.LeadId), ("messageId", of.MessageId), ("conversationId", of.ConversationId), ("status", status), ("at", at), ("error", error));

    public static RealtimeEvent ConversationUpdated(string conversationId, string? leadId, JsonElement conversation) =>
        new(Names.ConversationUpdated, Places(conversationId, leadId), ("conversation", conversation));

    public static RealtimeEvent LeadCreated(string leadId, JsonElement lead) => new(Names.LeadCreated, [RoomNames.Lead(leadId)], ("lead", lead));

    /// <param name="changes">For each field that changed its value before and after.</param>
    public static RealtimeEvent LeadUpdated(string leadId, JsonElement lead, JsonObject changes) =>
        new(Names.LeadUpdated, [RoomNames.Lead(leadId)], ("lead", lead), ("changes", changes));

    /// <param name="lead">As it was last.</param>
    public static RealtimeEvent LeadDeleted(string leadId, JsonElement lead) => new(Names.LeadDeleted, [RoomNames.Lead(leadId)], ("lead", lead));

    public static RealtimeEvent EventReceived(string? leadId, JsonElement eventLog) => new(Names.EventReceived, Places(null, leadId), ("eventLog", eventLog));

    public static RealtimeEvent EventCompleted(string? leadId, JsonElement eventLog) => new(Names.EventCompleted, Places(null, leadId), ("eventLog", eventLog));

    public static RealtimeEvent EventFailed(string? leadId, JsonElement eventLog) => new(Names.EventFailed, Places(null, leadId), ("eventLog", eventLog));

    public static RealtimeEvent EventCancelled(string? leadId, JsonElement eventLog) => new(Names.EventCancelled, Places(null, leadId), ("eventLog", eventLog));

    public static RealtimeEvent RunStarted(string runId, string? leadId, JsonElement run) => new(Names.RunStarted, OfRun(runId, leadId), ("run", run));

    public static RealtimeEvent RunStep(string runId, string? leadId, JsonElement step) => new(Names.RunStep, OfRun(runId, leadId), ("runId", runId), ("step", step));

    public static RealtimeEvent RunCompleted(string runId, string? leadId, JsonElement run) => new(Names.RunCompleted, OfRun(runId, leadId), ("run", run));

    public static RealtimeEvent RunFailed(string runId, string? leadId, JsonElement run) => new(Names.RunFailed, OfRun(runId, leadId), ("run", run));

    public static RealtimeEvent RunCancelled(string runId, string? leadId, JsonElement run) => new(Names.RunCancelled, OfRun(runId, leadId), ("run", run));

    public static RealtimeEvent CallbackAttempted(string? leadId, JsonElement callbackLog) => new(Names.CallbackAttempted, Places(null, leadId), ("callbackLog", callbackLog));

    public static RealtimeEvent CallbackDelivered(string? leadId, JsonElement callbackLog) => new(Names.CallbackDelivered, Places(null, leadId), ("callbackLog", callbackLog));

    public static RealtimeEvent CallbackFailed(string? leadId, JsonElement callbackLog) => new(Names.CallbackFailed, Places(null, leadId), ("callbackLog", callbackLog));

    /// <param name="total">Null while it is not known.</param>
    /// <param name="left">How long the rest will take at this pace; null while that cannot be told.</param>
    public static RealtimeEvent JobProgress(string jobId, string type, long done, long? total, TimeSpan? left) =>
        new(Names.JobProgress, [], ("jobId", jobId), ("type", type), ("done", done), ("total", total), ("etaSeconds", Seconds(left))) { PaceKey = $"job:{jobId}" };

    public static RealtimeEvent BroadcastProgress(BulkFigures of) => Bulk(Names.BroadcastProgress, of) with { PaceKey = RoomNames.Broadcast(of.Id) };

    public static RealtimeEvent BroadcastCompleted(BulkFigures of) => Bulk(Names.BroadcastCompleted, of);

    public static RealtimeEvent CampaignProgress(BulkFigures of) => Bulk(Names.CampaignProgress, of) with { PaceKey = $"campaign:{of.Id}" };

    public static RealtimeEvent CampaignCompleted(BulkFigures of) => Bulk(Names.CampaignCompleted, of);

    public static RealtimeEvent MeetScheduled(string? leadId, JsonElement meeting) => new(Names.MeetScheduled, Places(null, leadId), ("meeting", meeting));

    public static RealtimeEvent MeetUpdated(string? leadId, JsonElement meeting) => new(Names.MeetUpdated, Places(null, leadId), ("meeting", meeting));

    public static RealtimeEvent MeetCancelled(string? leadId, JsonElement meeting) => new(Names.MeetCancelled, Places(null, leadId), ("meeting", meeting));

    public static RealtimeEvent NotificationNew(string? leadId, JsonElement notification) => new(Names.NotificationNew, Places(null, leadId), ("notification", notification));

    private static RealtimeEvent Bulk(string name, BulkFigures of) => new(
        name,
        name.StartsWith("broadcast", StringComparison.Ordinal) ? [RoomNames.Broadcast(of.Id)] : [],
        ("id", of.Id),
        ("counts", of.Counts),
        ("progress", of.Progress),
        ("etaSeconds", Seconds(of.Left)));

    private static long? Seconds(TimeSpan? left) => left is { } time ? (long)Math.Ceiling(time.TotalSeconds) : null;

    private static IReadOnlyList<string> OfRun(string runId, string? leadId) => [RoomNames.Run(runId), .. Places(null, leadId)];

    private static IReadOnlyList<string> Places(string? conversationId, string? leadId) => (conversationId, leadId) switch
    {
        (null, null) => [],
        (null, { } lead) => [RoomNames.Lead(lead)],
        ({ } conversation, null) => [RoomNames.Conversation(conversation)],
        var (conversation, lead) => [RoomNames.Conversation(conversation), RoomNames.Lead(lead)],
    };
}
