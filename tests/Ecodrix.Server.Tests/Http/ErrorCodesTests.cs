using System.Reflection;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Tests.Http;

/// <summary>Codes are part of the API: clients decide by them.</summary>
public sealed class ErrorCodesTests
{
    private static readonly string[] Contract =
    [
        "400 INVALID_ID", "400 INVALID_JSON", "400 INVALID_PHONE", "400 INVALID_TRIGGER", "400 MISSING_REQUIRED", "400 VALIDATION_ERROR",
        "401 UNAUTHORIZED", "402 QUOTA_EXCEEDED", "403 CLIENT_SUSPENDED", "403 FORBIDDEN", "404 LEAD_NOT_FOUND", "404 NOT_FOUND",
        "405 METHOD_NOT_ALLOWED", "409 CONFLICT", "409 DUPLICATE", "409 IDEMPOTENCY_CONFLICT", "409 IDEMPOTENCY_IN_PROGRESS",
        "413 PAYLOAD_TOO_LARGE", "422 NOT_CONFIGURED", "422 TEMPLATE_INVALID", "422 UNPROCESSABLE", "422 WINDOW_CLOSED",
        "429 RATE_LIMITED", "500 INTERNAL_ERROR", "502 UPSTREAM_FAILED", "503 ADMIN_DISABLED", "503 UNAVAILABLE",
    ];

    [Fact]
    public void Every_named_refusal_has_a_code_and_status_of_the_contract()
    {
        var named = Named().ToArray();

        named.Length.ShouldBeGreaterThan(20);
        foreach (var error in named)
        {
            Contract.Contains($"{error.Status} {error.Code}", StringComparer.Ordinal).ShouldBeTrue($"{error.Status} {error.Code}: {error.Message}");
        }
    }

    [Fact]
    public void Every_named_refusal_is_a_sentence()
    {
        foreach (var error in Named())
        {
            error.Message.ShouldMatch(@"^[A-Z].*\.$");
            error.Hint?.ShouldMatch(@"\.$", error.Message);
        }
    }

    private static IEnumerable<Error> Named() =>
        typeof(Error).Assembly.GetTypes()
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Error))
            .Select(field => (Error)field.GetValue(null)!);
}
