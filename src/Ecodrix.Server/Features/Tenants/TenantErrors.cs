using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>What the feature refuses by name.</summary>
internal static class TenantErrors
{
    public static readonly Error NoSuchClient = new(404, "NOT_FOUND", "There is no such client.");

    public static readonly Error NotPaused = new(404, "NOT_FOUND", "There is no such pause.", "A pause is named by just the client, channel and ruleId that were paused: GET /api/admin/pauses lists them.");

    public static readonly Error TooManyPauses = new(409, "CONFLICT", "There are 1,000 pauses already.", "Pause a whole client, channel or rule instead, or resume those that are over.");

    public static readonly Error NoSuchKey = new(404, "NOT_FOUND", "The client has no such key.");

    public static readonly Error CodeTaken = new(409, "CONFLICT", "The client code is in use or was once; a code is never used again.", "Choose another clientCode, or leave it out to get one made from the name.");

    public static readonly Error KeyTaken = new(409, "CONFLICT", "That API key exists already.", "A key opens one client only. Choose another, or leave it out to get a new one.");

    public static readonly Error TooManyKeys = new(409, "CONFLICT", "The client has 100 keys already.", "Revoke those that are not used.");

    public static readonly Error NumberTaken = new(409, "CONFLICT", "Another client has that whatsappPhoneNumberId.", "A WhatsApp number belongs to one client. Remove it there first.");

    public static readonly Error NoSuchOrigin = new(404, "NOT_FOUND", "The client does not list that origin.");

    public static readonly Error TooManyOrigins = new(409, "CONFLICT", "The client lists 100 origins already.", "Remove those that are not used.");

    public static readonly Error RotationRunning = new(409, "CONFLICT", "The webhook secret is being rotated already.", "Complete that rotation first: POST …/rotate-webhook-secret/complete.");

    public static readonly Error ConfirmationWrong = new(409, "CONFLICT", "The confirmation is wrong or has run out.", "Call DELETE with ?purge=true alone to get a new one.");
}
