using System.Text.Json.Nodes;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecodrix.Server.Tests.Isolation;

/// <summary>What each tenant route must answer a tenant that asks for somebody else's: every mapped route has its line here.</summary>
internal static class RouteTable
{
    /// <summary>Routes with an id: the path with the owner's id in it, and a body that the owner could send.</summary>
    public static readonly IReadOnlyDictionary<string, (Func<OwnedThings, string> Id, string? Body)> WithId =
        new Dictionary<string, (Func<OwnedThings, string>, string?)>(StringComparer.Ordinal)
        {
            ["GET /api/crm/automations/{ruleId}"] = (mine => mine.Rule, null),
            ["PATCH /api/crm/automations/{ruleId}"] = (mine => mine.Rule, """{"name":"taken over"}"""),
            ["DELETE /api/crm/automations/{ruleId}"] = (mine => mine.Rule, null),
            ["PATCH /api/crm/automations/{ruleId}/toggle"] = (mine => mine.Rule, "{}"),
            ["POST /api/crm/automations/{ruleId}/test"] = (mine => mine.Rule, """{"leadId":"665f00000000000000000000"}"""),
            ["DELETE /api/crm/sequences/unenroll/{enrollmentId}"] = (mine => mine.Enrollment, null),
            ["GET /api/crm/pipelines/{id}"] = (mine => mine.Pipeline, null),
            ["GET /api/saas/events/logs/{logId}"] = (mine => mine.Event, null),
            ["POST /api/saas/events/logs/{logId}/replay"] = (mine => mine.Event, "{}"),
            ["POST /api/saas/events/logs/{logId}/cancel"] = (mine => mine.ScheduledEvent, "{}"),
            ["GET /api/saas/callbacks/logs/{callbackId}"] = (mine => mine.Callback, null),
            ["POST /api/saas/callbacks/logs/{callbackId}/resend"] = (mine => mine.Callback, "{}"),
            ["GET /api/saas/jobs/status/{jobId}"] = (mine => mine.ScheduledEvent, null),
            ["POST /api/saas/jobs/{jobId}/retry"] = (mine => mine.ScheduledEvent, "{}"),
            ["POST /api/saas/jobs/{jobId}/cancel"] = (mine => mine.ScheduledEvent, "{}"),
            ["GET /api/crm/leads/{id}/timeline"] = (mine => mine.Lead, null),
            ["GET /api/crm/leads/{id}"] = (mine => mine.Lead, null),
            ["PATCH /api/crm/leads/{id}"] = (mine => mine.Lead, """{"firstName":"taken over"}"""),
            ["PATCH /api/crm/leads/{id}/tags"] = (mine => mine.Lead, """{"add":["taken"]}"""),
            ["PATCH /api/crm/leads/{id}/move"] = (mine => mine.Lead, """{"stageId":"665f00000000000000000000"}"""),
            ["GET /api/saas/runs/{runId}"] = (mine => mine.Run, null),
            ["GET /api/saas/runs/{runId}/why"] = (mine => mine.Run, null),
            ["DELETE /api/saas/keys/{keyId}"] = (mine => mine.Key, null),
            ["GET /api/saas/trace/{id}"] = (mine => mine.Run, null),
            ["PATCH /api/crm/notifications/{id}/read"] = (mine => mine.Notification, null),
            ["PATCH /api/crm/notifications/{id}/dismiss"] = (mine => mine.Notification, null),
            ["POST /api/saas/runs/{runId}/cancel"] = (mine => mine.Run, "{}"),
            ["POST /api/saas/runs/{runId}/steps/{index}/resolve"] = (mine => mine.Run, """{"as":"sent"}"""),
            ["POST /api/saas/runs/{runId}/retry"] = (mine => mine.Run, "{}"),
        };

    /// <summary>Routes with an id that answer a list: a stranger's is empty.</summary>
    public static readonly IReadOnlyDictionary<string, Func<OwnedThings, string>> ListsOfOne =
        new Dictionary<string, Func<OwnedThings, string>>(StringComparer.Ordinal)
        {
            ["GET /api/crm/sequences/lead/{leadId}"] = mine => mine.Lead,
        };

    /// <summary>Everything else that is read: the answer names none of the owner's ids.</summary>
    public static readonly IReadOnlyList<string> Lists =
    [
        "GET /api/crm/automations", "GET /api/crm/pipelines", "GET /api/crm/leads", "GET /api/saas/events/logs", "GET /api/saas/events/stats",
        "GET /api/saas/chat/templates", "GET /api/saas/callbacks/logs", "GET /api/saas/jobs", "GET /api/saas/runs", "GET /api/crm/notifications", "GET /api/saas/account", "GET /api/saas/health/client", "GET /api/saas/cors", "GET /api/saas/keys", "GET /api/saas/realtime/events",
    ];

    /// <summary>Writes whose body names others' ids, and the status that they answer; 200 where there was nothing to do.</summary>
    public static readonly IReadOnlyDictionary<string, (Func<OwnedThings, JsonObject> Body, int Status)> WithIdsInBody =
        new Dictionary<string, (Func<OwnedThings, JsonObject>, int)>(StringComparer.Ordinal)
        {
            ["DELETE /api/crm/automations"] = (mine => new() { ["ids"] = new JsonArray(mine.Rule) }, 200),
            ["POST /api/crm/sequences/enroll"] = (mine => new() { ["leadId"] = mine.Lead, ["ruleId"] = mine.Rule }, 404),
            ["POST /api/saas/runs/cancel"] = (mine => new() { ["leadId"] = mine.Lead }, 200),
            ["POST /api/saas/workflows/trigger"] = (mine => new() { ["trigger"] = "go", ["leadId"] = mine.Lead }, 404),
            ["POST /api/saas/workflows/trigger/batch"] = (mine => new() { ["events"] = new JsonArray(new JsonObject { ["trigger"] = "go", ["leadId"] = mine.Lead }) }, 200),
            ["POST /api/saas/chat/send"] = (mine => new() { ["conversationId"] = mine.Conversation, ["templateName"] = "none" }, 404),
        };

    /// <summary>They name nobody: they make something of the caller's own, or change the caller itself.</summary>
    public static readonly IReadOnlyList<string> OfTheCallerAlone =
    [
        "POST /api/crm/automations", "POST /api/crm/leads", "POST /api/saas/chat/templates/sync", "POST /api/saas/sandbox/reset", "GET /api/saas/sandbox/outbox",
        "GET /api/saas/sandbox/clock", "POST /api/saas/sandbox/clock/advance", "POST /api/saas/test/sync", "DELETE /api/crm/notifications", "POST /api/saas/callbacks/recover", "POST /api/saas/events/replay", "PATCH /api/saas/settings", "POST /api/saas/rotate-webhook-secret", "POST /api/saas/rotate-webhook-secret/complete",
        "POST /api/saas/keys", "POST /api/saas/cors", "DELETE /api/saas/cors", "POST /api/saas/realtime/token",
        // By name, which everybody may choose as they like.
        "GET /api/saas/chat/templates/{name}",
    ];

    /// <summary>Every tenant route that is mapped, as <c>GET /path/{id}</c>.</summary>
    public static IReadOnlyList<string> Mapped(IEnumerable<EndpointDataSource> sources) =>
    [
        .. (from endpoint in sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<AudienceOf>()?.Audience is RouteAudience.Tenant
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
            select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}").Distinct(StringComparer.Ordinal),
    ];
}
