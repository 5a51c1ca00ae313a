using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Automations;

public sealed class RuleTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Stop = """{ "type": "stop" }""";

    [Fact]
    public async Task A_rule_comes_back_as_it_was_written()
    {
        var tenant = await server.CreateTenantAsync();
        var condition = JsonNode.Parse("""{ "all": [ { "field": "lead.source", "operator": "eq", "value": "website" } ] }""");

        var made = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop, rule => rule["condition"] = condition));
        var read = await tenant.ReadDataAsync($"{RuleIntents.Rules}/{made.Text("_id")}");

        read.ToJsonString().ShouldBe(made.ToJsonString());
        read.Text("name").ShouldBe("On form_submitted");
        read["condition"]!.ToJsonString().ShouldBe(condition!.ToJsonString());
        read["actions"]!.AsArray().Count.ShouldBe(1);
        read["isActive"]!.GetValue<bool>().ShouldBeTrue();
        read["isSequence"]!.GetValue<bool>().ShouldBeFalse();
        read["version"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_change_makes_the_next_version_and_null_clears_a_field()
    {
        var tenant = await server.CreateTenantAsync();
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop, body =>
            body["condition"] = JsonNode.Parse("""{ "field": "score", "operator": "gte", "value": 5 }""")));

        using var response = await tenant.PatchAsync($"{RuleIntents.Rules}/{rule.Text("_id")}", new JsonObject { ["name"] = "Renamed", ["condition"] = null });
        var changed = (await response.ReadDataAsync())!;

        changed.Text("name").ShouldBe("Renamed");
        changed["condition"].ShouldBeNull();
        changed["version"]!.GetValue<int>().ShouldBe(2);
        changed.Text("trigger").ShouldBe("form_submitted");
    }

    [Fact]
    public async Task Switching_a_rule_off_is_no_new_version()
    {
        var tenant = await server.CreateTenantAsync();
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));

        using var off = await tenant.PatchAsync($"{RuleIntents.Rules}/{rule.Text("_id")}/toggle", new JsonObject());
        var toggled = (await off.ReadDataAsync())!;

        toggled["isActive"]!.GetValue<bool>().ShouldBeFalse();
        toggled["version"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_that_is_switched_off_or_deleted_starts_nothing_from_that_moment()
    {
        var tenant = await server.CreateTenantAsync();
        var off = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var gone = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var phone = EventIntents.NewPhone();
        (await tenant.FiredAsync(EventIntents.Event("form_submitted", phone)))["rulesMatched"]!.GetValue<int>().ShouldBe(2);

        (await tenant.PatchAsync($"{RuleIntents.Rules}/{off.Text("_id")}/toggle", new JsonObject())).EnsureSuccessStatusCode();
        (await tenant.DeleteAsync($"{RuleIntents.Rules}/{gone.Text("_id")}")).EnsureSuccessStatusCode();

        (await tenant.FiredAsync(EventIntents.Event("form_submitted", phone)))["rulesMatched"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Rules_are_listed_newest_first_and_by_trigger_state_and_name()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop, rule => rule["name"] = "Alpha"));
        await tenant.CreateRuleAsync(RuleIntents.Rule("deal_won", Stop, rule => rule["isActive"] = false));
        await tenant.CreateRuleAsync(RuleIntents.Rule("deal_won", Stop));

        (await NamesAsync(tenant, "")).ShouldBe(["On deal_won", "On deal_won", "Alpha"]);
        (await NamesAsync(tenant, "?search=ALPH")).ShouldBe(["Alpha"]);
        (await NamesAsync(tenant, "?trigger=deal_won&isActive=false")).Count.ShouldBe(1);
        (await NamesAsync(tenant, "?limit=1&page=3")).ShouldBe(["Alpha"]);
    }

    [Fact]
    public async Task Several_rules_are_deleted_at_once()
    {
        var tenant = await server.CreateTenantAsync();
        var first = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var second = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var ids = new JsonObject { ["ids"] = new JsonArray(first.Text("_id"), second.Text("_id"), "0123456789abcdef01234567") };

        using var response = await tenant.SendAsync(HttpMethod.Delete, RuleIntents.Rules, ids);

        (await response.ReadDataAsync())!["deleted"]!.GetValue<int>().ShouldBe(2);
        (await NamesAsync(tenant, "")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "trigger": "x", "actions": [] }""", "name")]
    [InlineData("""{ "name": "x", "actions": [] }""", "trigger")]
    [InlineData("""{ "name": "x", "trigger": "a b", "actions": [] }""", "trigger")]
    [InlineData("""{ "name": "x", "trigger": "x", "isActive": "yes", "actions": [ { "type": "stop" } ] }""", "isActive")]
    [InlineData("""{ "name": "x", "trigger": "x", "actions": [ { "type": "sing" } ] }""", "actions[0].type")]
    [InlineData("""{ "name": "x", "trigger": "x", "actions": [ { "type": "callback", "config": { "url": "ftp://example.com" } } ] }""", "actions[0].config.url")]
    [InlineData("""{ "name": "x", "trigger": "x", "actions": [ { "type": "callback", "config": { "url": "https://{{ lead.host }}/x" } } ] }""", "actions[0].config.url")]
    [InlineData("""{ "name": "x", "trigger": "x", "actions": [ { "type": "enroll", "config": { "ruleId": "nobody" } } ] }""", "actions[0].config.ruleId")]
    [InlineData("""{ "name": "x", "trigger": "x", "condition": { "field": "lead.a", "operator": "resembles", "value": 1 }, "actions": [ { "type": "stop" } ] }""", "condition.operator")]
    [InlineData("""{ "name": "x", "trigger": "x", "limits": { "withinMinutes": 5 }, "actions": [ { "type": "stop" } ] }""", "limits.withinMinutes")]
    [InlineData("""{ "name": "x", "trigger": "x", "quietHours": "9pm-8am", "actions": [ { "type": "stop" } ] }""", "quietHours")]
    [InlineData("""{ "name": "x", "trigger": "x", "cancelOn": [ { "match": "data.id" } ], "actions": [ { "type": "stop" } ] }""", "cancelOn[0].trigger")]
    public async Task A_wrong_rule_is_refused_with_the_path_of_what_is_wrong(string body, string path)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, RuleIntents.Rules, body);

        var answer = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        answer["errors"]!.AsObject().ContainsKey(path).ShouldBeTrue(answer.ToJsonString());
    }

    [Fact]
    public async Task A_change_of_a_field_that_does_not_exist_is_refused()
    {
        var tenant = await server.CreateTenantAsync();
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));

        using var response = await tenant.PatchAsync($"{RuleIntents.Rules}/{rule.Text("_id")}", new JsonObject { ["colour"] = "red" });

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ContainsKey("colour").ShouldBeTrue();
    }

    [Fact]
    public async Task Another_tenant_is_told_that_the_rule_does_not_exist()
    {
        var owner = await server.CreateTenantAsync();
        var rule = await owner.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var path = $"{RuleIntents.Rules}/{rule.Text("_id")}";
        var other = await server.CreateTenantAsync();

        HttpResponseMessage[] answers =
        [
            await other.GetAsync(path),
            await other.PatchAsync(path, new JsonObject { ["name"] = "Mine" }),
            await other.PatchAsync($"{path}/toggle", new JsonObject()),
            await other.DeleteAsync(path),
            await other.PostAsync($"{path}/test", new JsonObject { ["leadId"] = rule.Text("_id") }),
        ];

        foreach (var answer in answers)
        {
            await answer.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }

        (await NamesAsync(other, "")).ShouldBeEmpty();
        (await NamesAsync(owner, "")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_malformed_id_is_named_as_such()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.GetAsync($"{RuleIntents.Rules}/17");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
    }

    [Fact]
    public async Task A_test_shows_what_each_step_would_do_and_does_none_of_it()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = (await tenant.FiredAsync(EventIntents.Event("lead_captured", change: body => body["leadData"] = new JsonObject { ["firstName"] = "Asha" }))).Text("leadId");
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule(
            "form_submitted",
            """{ "type": "callback", "delayMinutes": 5, "config": { "url": "https://example.com/{{ event.order }}", "payload": { "to": "{{ lead.firstName }}" } } }""",
            body => body["condition"] = JsonNode.Parse("""{ "field": "event.order", "operator": "exists" }""")));
        var request = new JsonObject { ["leadId"] = lead, ["variables"] = new JsonObject { ["order"] = "a/b" } };

        using var response = await tenant.PostAsync($"{RuleIntents.Rules}/{rule.Text("_id")}/test", request);
        var seen = (await response.ReadDataAsync())!;

        seen["matches"]!.GetValue<bool>().ShouldBeTrue();
        var rendered = seen["steps"]![0]!["rendered"]!;
        rendered.Text("url").ShouldBe("https://example.com/a%2Fb");
        rendered["payload"]!.Text("to").ShouldBe("Asha");
        (await tenant.ReadDataAsync("/api/saas/callbacks/logs")).AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_test_says_why_the_rule_would_not_start()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = (await tenant.FiredAsync(EventIntents.Event("lead_captured"))).Text("leadId");
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop, body =>
            body["condition"] = JsonNode.Parse("""{ "field": "lead.score", "operator": "gte", "value": 50 }""")));

        using var response = await tenant.PostAsync($"{RuleIntents.Rules}/{rule.Text("_id")}/test", new JsonObject { ["leadId"] = lead });
        var seen = (await response.ReadDataAsync())!;

        seen["matches"]!.GetValue<bool>().ShouldBeFalse();
        seen.Text("reason").ShouldContain("lead.score gte 50");
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(TenantClient tenant, string query) =>
        [.. (await tenant.ReadDataAsync(RuleIntents.Rules + query)).AsArray().Select(rule => rule!.Text("name"))];
}
