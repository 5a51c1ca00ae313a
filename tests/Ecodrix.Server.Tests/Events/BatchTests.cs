using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;

namespace Ecodrix.Server.Tests.Events;

public sealed class BatchTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Batch = "/api/saas/workflows/trigger/batch";

    [Fact]
    public async Task Each_event_is_answered_on_its_own_and_in_order()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        await tenant.CreateRuleAsync(RuleIntents.Rule("good", """{ "type": "stop" }"""));

        var answers = await BatchAsync(
            tenant,
            EventIntents.Event("good", phone),
            new JsonObject { ["trigger"] = "good" },
            new JsonObject { ["trigger"] = "good", ["phone"] = "12" },
            new JsonObject { ["trigger"] = "good", ["phone"] = phone },
            EventIntents.Event("good", phone, body => body["delayMinutes"] = 5),
            JsonValue.Create("text"));

        answers.Select(answer => answer!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2, 3, 4, 5]);
        answers.Select(answer => answer!["status"]!.GetValue<int>()).ShouldBe([200, 400, 400, 200, 202, 400]);
        answers[0]!["data"]!["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        answers[1]!.Text("code").ShouldBe("MISSING_REQUIRED");
        answers[2]!["errors"]!.AsObject().Select(field => field.Key).ShouldBe(["events[2].phone"]);
        answers[3]!["data"]!.Text("leadId").ShouldBe(answers[0]!["data"]!.Text("leadId"));
        answers[1]!.AsObject().ContainsKey("data").ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_of_the_batch_is_one_for_each_event()
    {
        var tenant = await server.CreateTenantAsync();
        var events = new JsonArray(EventIntents.Event("a"), EventIntents.Event("b"));
        var body = new JsonObject { ["events"] = events };

        using var first = await tenant.PostAsync(Batch, body, "k");
        using var second = await tenant.PostAsync(Batch, body, "k");
        var (one, two) = ((await first.ReadDataAsync())!.AsArray(), (await second.ReadDataAsync())!.AsArray());

        two.Select(answer => answer!["data"]!.Text("eventLogId")).ShouldBe(one.Select(answer => answer!["data"]!.Text("eventLogId")));
        two.ShouldAllBe(answer => answer!["data"]!["replayed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Events_past_the_rate_limit_are_refused_one_by_one()
    {
        var tenant = await server.CreateTenantAsync();
        await LimitAsync(tenant, triggersPerMinute: 2);
        var phone = EventIntents.NewPhone();

        var answers = await BatchAsync(tenant, [.. Enumerable.Range(0, 6).Select(_ => EventIntents.Event("x", phone))]);

        answers.Select(answer => answer!["status"]!.GetValue<int>()).ShouldBe([200, 200, 200, 200, 429, 429]);
        answers[5]!.Text("code").ShouldBe("RATE_LIMITED");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "events": [] }""")]
    [InlineData("""{ "events": {} }""")]
    public async Task A_batch_without_events_is_refused(string body)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, Batch, body);

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ContainsKey("events").ShouldBeTrue();
    }

    [Fact]
    public async Task A_thousand_events_are_taken_and_one_more_is_not()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        JsonNode?[] Events(int count) => [.. Enumerable.Range(0, count).Select(_ => EventIntents.Event("x", phone))];

        var answers = await BatchAsync(tenant, Events(1_000));
        using var refused = await tenant.PostAsync(Batch, new JsonObject { ["events"] = new JsonArray(Events(1_001)) });

        answers.Count(answer => answer!["status"]!.GetValue<int>() == 200).ShouldBe(1_000);
        await refused.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    private async Task LimitAsync(TenantClient tenant, int triggersPerMinute)
    {
        using var admin = server.CreateAdminClient();
        var change = new JsonObject { ["limits"] = new JsonObject { ["triggersPerMinute"] = triggersPerMinute } };
        using var response = await admin.PatchAsJsonAsync($"/api/clients/{tenant.Code}", change, TestContext.Current.CancellationToken);
        await response.ReadDataAsync();
    }

    private static async Task<JsonArray> BatchAsync(TenantClient tenant, params JsonNode?[] events)
    {
        using var response = await tenant.PostAsync(Batch, new JsonObject { ["events"] = new JsonArray(events) });
        return (await response.ReadDataAsync())!.AsArray();
    }
}
