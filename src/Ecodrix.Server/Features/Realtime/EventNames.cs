namespace Ecodrix.Server.Features.Realtime;

internal sealed partial record RealtimeEvent
{
    /// <summary>The names on the wire.</summary>
    public static class Names
    {
        public const string NewMessage = "new_message";

        /// <summary>Another name of <see cref="NewMessage"/>.</summary>
        public const string MessageReceived = "whatsapp.message_received";

        public const string MessageSent = "whatsapp.message_sent";
        public const string MessageStatus = "message_status_update";
        public const string ConversationUpdated = "conversation_updated";
        public const string LeadCreated = "crm.lead_created";
        public const string LeadUpdated = "crm.lead_updated";
        public const string LeadDeleted = "crm.lead_deleted";
        public const string EventReceived = "event.received";
        public const string EventCompleted = "event.completed";
        public const string EventFailed = "event.failed";
        public const string RunStarted = "run.started";
        public const string RunStep = "run.step";
        public const string RunCompleted = "run.completed";
        public const string RunFailed = "run.failed";
        public const string CallbackDelivered = "callback.delivered";
        public const string CallbackFailed = "callback.failed";
        public const string JobProgress = "job.progress";
        public const string BroadcastProgress = "broadcast_progress";
        public const string BroadcastCompleted = "broadcast_completed";
        public const string CampaignProgress = "campaign_progress";
        public const string CampaignCompleted = "campaign_completed";
        public const string MeetScheduled = "meet.scheduled";
        public const string MeetUpdated = "meet.updated";
        public const string MeetCancelled = "meet.cancelled";
        public const string NotificationNew = "notification:new";

        /// <summary>Beyond the contract: a list of what is under way would otherwise keep what was cancelled.</summary>
        public const string EventCancelled = "event.cancelled";

        /// <summary>Beyond the contract, as <see cref="EventCancelled"/>.</summary>
        public const string RunCancelled = "run.cancelled";

        /// <summary>Beyond the contract: an attempt failed and another is due; otherwise nothing would be seen of a receiver that fails until the last one.</summary>
        public const string CallbackAttempted = "callback.attempted";
    }
}
