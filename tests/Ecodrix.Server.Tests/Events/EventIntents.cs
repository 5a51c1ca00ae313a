using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Events;

/// <summary>What a client's website does with events.</summary>
public static class EventIntents
{
    private const string Trigger = "/api/saas/workflows/trigger";

    private static int phones;

    /// <summary>A number that no other test uses.</summary>
    public static string NewPhone() => $"+9198{Interlocked.Increment(ref phones) + 10_000_000:D8}";

    /// <summary>A trigger that makes its lead.</summary>
    public static JsonObject Event(string trigger, string? phone = null, Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["trigger"] = trigger, ["phone"] = phone ?? NewPhone(), ["createLeadIfMissing"] = true };
        change?.Invoke(body);
        return body;
    }

    public static Task<HttpResponseMessage> FireAsync(this TenantClient tenant, JsonNode body, string? key = null, string query = "") =>
        tenant.PostAsync(Trigger + query, body, key);

    /// <returns>The answer to an event that runs at once.</returns>
    public static async Task<JsonNode> FiredAsync(this TenantClient tenant, JsonNode body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await tenant.FireAsync(body);
        return (await response.ReadDataAsync(expected))!;
    }

    /// <returns>How many events the client's rate let in before it refused one.</returns>
    public static async Task<int> FiredUntilLimitedAsync(this TenantClient tenant)
    {
        for (var fired = 0; ; fired++)
        {
            using var answer = await tenant.FireAsync(Event("go"));
            if (answer.StatusCode is not HttpStatusCode.OK)
            {
                await answer.ShouldFailAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
                return fired;
            }
        }
    }

    /// <summary>Fires an event and waits for its callback, which leaves when its immediate work is done.</summary>
    public static async Task<(JsonNode Answer, ReceivedCallback Callback)> FinishedAsync(this TenantClient tenant, CallbackReceiver receiver, JsonObject body)
    {
        body["callbackUrl"] = receiver.Url.AbsoluteUri;
        var answer = await tenant.FiredAsync(body);
        return (answer, await receiver.NextAsync());
    }

    public static async Task<JsonNode> ReadEventAsync(this TenantClient tenant, JsonNode id)
    {
        using var response = await tenant.GetAsync($"/api/saas/events/logs/{id.GetValue<string>()}");
        return (await response.ReadDataAsync())!;
    }

    public static async Task<JsonNode> ReadDataAsync(this TenantClient tenant, string path)
    {
        using var response = await tenant.GetAsync(path);
        return (await response.ReadDataAsync())!;
    }

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();
}
