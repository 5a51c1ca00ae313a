using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Automations;

/// <summary>What a client's operator does with rules.</summary>
public static class RuleIntents
{
    public const string Rules = "/api/crm/automations";

    /// <param name="actions">JSON of the list's elements.</param>
    public static JsonObject Rule(string trigger, string actions, Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["name"] = $"On {trigger}", ["trigger"] = trigger, ["actions"] = JsonNode.Parse($"[{actions}]") };
        change?.Invoke(body);
        return body;
    }

    public static string CallbackTo(Uri url, string extra = "") => $$"""{ "type": "callback", "config": { "url": "{{url}}" }{{extra}} }""";

    public static string Wait(double minutes) => $$"""{ "type": "wait", "config": { "minutes": {{minutes}} } }""";

    public static async Task<JsonNode> CreateRuleAsync(this TenantClient tenant, JsonNode rule)
    {
        using var response = await tenant.PostAsync(Rules, rule);
        return (await response.ReadDataAsync(HttpStatusCode.Created))!;
    }
}
