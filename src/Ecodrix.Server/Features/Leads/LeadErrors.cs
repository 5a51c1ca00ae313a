using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Why a request about leads is refused.</summary>
internal static class LeadErrors
{
    public static readonly Error NotFound = new(StatusCodes.Status404NotFound, "LEAD_NOT_FOUND", "There is no such lead.");

    public static readonly Error InvalidPhone = new(
        StatusCodes.Status400BadRequest,
        "INVALID_PHONE",
        "The phone is not a possible number.",
        "Write it with its country code, for example +919876543210.");

    public static readonly Error UnknownStage = new(
        StatusCodes.Status404NotFound, "NOT_FOUND", "There is no such stage.", "GET /api/crm/pipelines lists the stages with their ids.");

    /// <param name="leadId">The lead that has it.</param>
    public static Error Duplicate(string leadId) => new(
        StatusCodes.Status409Conflict,
        "DUPLICATE",
        "Another lead has this phone or e-mail address.",
        $"It is the lead {leadId}; change that one, or create with ?upsert=true to merge into it.");
}
