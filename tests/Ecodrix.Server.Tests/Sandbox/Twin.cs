using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Sandbox;

/// <summary>A client's test twin, with its clock.</summary>
public sealed class Twin(TenantClient client)
{
    public const string Advance = "/api/saas/sandbox/clock/advance";

    public TenantClient Client => client;

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await client.TestHttp.GetAsync(path, TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!;
    }

    public async Task<JsonNode> PostAsync(string path, JsonNode? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.TestHttp.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync(expected))!;
    }

    public Task<JsonNode> CreateRuleAsync(JsonNode rule) => PostAsync("/api/crm/automations", rule, HttpStatusCode.Created);

    public Task<JsonNode> FireAsync(JsonNode body, HttpStatusCode expected = HttpStatusCode.OK) => PostAsync("/api/saas/workflows/trigger", body, expected);

    public Task<JsonNode> AdvanceAsync(double minutes) => PostAsync(Advance, new JsonObject { ["minutes"] = minutes });

    public Task<JsonNode> AdvanceAsync(TimeSpan by) => AdvanceAsync(by.TotalMinutes);

    public async Task<DateTimeOffset> NowAsync() => (await GetAsync("/api/saas/sandbox/clock")).At("now");

    public Task<JsonNode> RunAsync(JsonNode fired) => GetAsync($"/api/saas/runs/{fired["runs"]![0]!.Text("runId")}");

    public async Task<IReadOnlyList<JsonNode>> MailAsync() =>
        [.. (await GetAsync("/api/saas/sandbox/outbox?channel=email")).AsArray().Reverse().Select(item => item!)];
}

public static class Times
{
    public static DateTimeOffset At(this JsonNode node, string name) => node[name]!.GetValue<DateTimeOffset>();
}
