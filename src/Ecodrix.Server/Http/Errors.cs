namespace Ecodrix.Server.Http;

/// <summary>The refusals that any route may give. A feature's own stand beside the feature.</summary>
internal static class Errors
{
    public static readonly Error Validation = new(400, "VALIDATION_ERROR", "Some fields are missing or not valid.");

    public static readonly Error InvalidJson = new(400, "INVALID_JSON", "The body is not valid JSON.", "Send a JSON object in UTF-8 with content-type: application/json.");

    public static readonly Error BodyMissing = InvalidJson with { Message = "The request has no body; a JSON object is expected." };

    public static readonly Error NotJson = InvalidJson with { Message = "The body is declared as something other than JSON." };

    public static readonly Error TooDeep = InvalidJson with { Message = "The body is nested more than 64 levels deep." };

    public static readonly Error InvalidId = new(400, "INVALID_ID", "An id has 24 lower-case hexadecimal digits.");

    public static readonly Error BadRequest = Validation with { Message = "The request is malformed." };

    public static readonly Error Unauthorized = new(401, "UNAUTHORIZED", "The credentials are missing or wrong.");

    public static readonly Error QuotaExceeded = new(402, "QUOTA_EXCEEDED", "A limit of the plan is reached.");

    public static readonly Error Forbidden = new(403, "FORBIDDEN", "The key may not do this.");

    public static readonly Error AdminElsewhere = Forbidden with { Message = "The admin API does not answer at this address.", Hint = "ECODRIX_ADMIN_ALLOW names the addresses that it answers to; behind a proxy ECODRIX_TRUSTED_PROXIES must be right." };

    public static readonly Error ForbiddenOrigin = Forbidden with { Message = "The client does not list the origin of this page.", Hint = "POST /api/saas/cors lists it." };

    public static readonly Error ForbiddenAddress = Forbidden with { Message = "The key is not taken from this address.", Hint = "Call from an address that its allowedIps name, or use another key." };

    public static readonly Error ClientSuspended = new(403, "CLIENT_SUSPENDED", "The client is suspended.", "Ask the operator to make it active again.");

    public static readonly Error NotFound = new(404, "NOT_FOUND", "There is no such thing here.");

    public static readonly Error UnknownRoute = NotFound with { Message = "There is no such route.", Hint = "GET /openapi/v1.json lists them all." };

    public static readonly Error MethodNotAllowed = new(405, "METHOD_NOT_ALLOWED", "The route does not answer this method.", "The Allow header names those that it answers.");

    public static readonly Error Conflict = new(409, "CONFLICT", "The thing was changed by someone else in the meantime.", "Read it again and repeat the change.");

    public static readonly Error Duplicate = new(409, "DUPLICATE", "There is one already.");

    public static readonly Error IdempotencyConflict = new(409, "IDEMPOTENCY_CONFLICT", "The idempotency key was used with another body or query.", "Take a new key for a new request.");

    public static readonly Error IdempotencyInProgress = new(409, "IDEMPOTENCY_IN_PROGRESS", "A request with this idempotency key is still running.", "Repeat it in a moment to get its answer.");

    public static readonly Error PayloadTooLarge = new(413, "PAYLOAD_TOO_LARGE", "The body is larger than the route takes.");

    public static readonly Error Unprocessable = new(422, "UNPROCESSABLE", "The request is well-formed and cannot be done.");

    public static readonly Error NotConfigured = new(422, "NOT_CONFIGURED", "What this needs is not configured.");

    public static readonly Error RateLimited = new(429, "RATE_LIMITED", "Too many requests.", "Wait as long as the Retry-After header says.");

    public static readonly Error TooManyAttempts = RateLimited with { Message = "Too many failed attempts from this address." };

    public static readonly Error Internal = new(500, "INTERNAL_ERROR", "Something went wrong on our side.", "Give the request id to support.");

    public static readonly Error UpstreamFailed = new(502, "UPSTREAM_FAILED", "A provider refused or failed.");

    public static readonly Error Unavailable = new(503, "UNAVAILABLE", "The service cannot answer now.", "Repeat the request after the time in the Retry-After header.");

    public static readonly Error DatabaseUnavailable = Unavailable with { Message = "The database cannot answer now." };

    public static readonly Error AdminDisabled = new(503, "ADMIN_DISABLED", "The admin API is off.", "Set ECODRIX_ADMIN_KEY to turn it on.");
}
