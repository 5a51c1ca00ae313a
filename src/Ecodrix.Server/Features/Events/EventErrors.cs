using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Events;

/// <summary>The refusals that are the events' own.</summary>
internal static class EventErrors
{
    public static readonly Error MissingTrigger = new(400, "MISSING_REQUIRED", "The event has no trigger.", "Send the event's name as trigger, for example appointment_confirmed.");

    public static readonly Error MissingAddressee = new(400, "MISSING_REQUIRED", "Nobody is named to act on.", "Send a phone, an email or a leadId.");

    public static readonly Error InvalidTrigger = new(400, "INVALID_TRIGGER", "A trigger has 1 to 100 characters and no white space.");

    public static readonly Error InvalidPhone = new(400, "INVALID_PHONE", "The phone is not a possible number.", "Send it with its country code, such as +919876543210.");

    public static readonly Error LeadNotFound = new(404, "LEAD_NOT_FOUND", "There is no such lead.", "Send createLeadIfMissing: true to make the lead, or the phone, email or leadId of one that exists.");

    public static readonly Error DailyEventsUsed = Errors.QuotaExceeded with { Message = "The day's events are used up.", Hint = "More are accepted from midnight in the client's time zone; the operator sets limits.dailyEvents." };

    public static readonly Error PayloadTooLarge = Errors.PayloadTooLarge with { Message = "The event's variables and data are larger than 256 KiB." };

    public static readonly Error KeysDiffer = Errors.Validation with { Message = "The Idempotency-Key header and idempotencyKey in the body differ." };

    public static readonly Error NotFound = Errors.NotFound with { Message = "There is no such event." };

    public static readonly Error NotScheduled = new(409, "CONFLICT", "The event has started or ended already.", "Only a scheduled event can be cancelled; runs are cancelled on their own.");
}
