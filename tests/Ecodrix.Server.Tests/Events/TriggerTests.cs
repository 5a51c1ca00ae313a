using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Events;

public sealed class TriggerTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Stop = """{ "type": "stop" }""";

    [Fact]
    public async Task A_trigger_gives_the_lead_that_it_makes_its_tags_metadata_and_consent()
    {
        var tenant = await server.CreateTenantAsync();

        var answer = await tenant.FiredAsync(EventIntents.Event("go", change: body => body["leadData"] = JsonNode.Parse(
            """{ "firstName": "Asha", "tags": ["vip"], "metadata": { "refs": { "appointmentId": "A-1" } }, "consent": { "whatsapp": "granted" } }""")));

        var lead = await tenant.ReadDataAsync($"/api/crm/leads/{answer.Text("leadId")}");
        lead.Text("firstName").ShouldBe("Asha");
        lead["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()).ShouldBe(["vip"]);
        lead["metadata"]!["refs"]!.Text("appointmentId").ShouldBe("A-1");
        lead["consent"]!.Text("whatsapp").ShouldBe("granted");
    }

    [Fact]
    public async Task A_trigger_makes_the_lead_starts_every_matching_rule_and_says_why_not_the_others()
    {
        var tenant = await server.CreateTenantAsync();
        var matching = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));
        var other = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop, rule =>
            rule["condition"] = JsonNode.Parse("""{ "field": "lead.score", "operator": "gte", "value": 50 }""")));

        var answer = await tenant.FiredAsync(EventIntents.Event("form_submitted"));

        answer["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        answer["runs"]!.AsArray().Single()!.Text("ruleId").ShouldBe(matching.Text("_id"));
        var skipped = answer["skipped"]!.AsArray().Single()!;
        skipped.Text("ruleId").ShouldBe(other.Text("_id"));
        skipped.Text("reason").ShouldContain("lead.score gte 50");
        answer.Text("mode").ShouldBe("live");
        answer["scheduled"]!.GetValue<bool>().ShouldBeFalse();
        answer["replayed"]!.GetValue<bool>().ShouldBeFalse();
        answer["leadId"].ShouldNotBeNull();
    }

    [Fact]
    public async Task The_same_phone_is_the_same_lead_in_any_notation()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();

        var first = await tenant.FiredAsync(EventIntents.Event("form_submitted", phone));
        var second = await tenant.FiredAsync(EventIntents.Event("form_submitted", $"{phone[3..8]} {phone[8..]}"));

        second.Text("leadId").ShouldBe(first.Text("leadId"));
    }

    [Fact]
    public async Task The_event_is_on_record_with_what_it_carried()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();

        var answer = await tenant.FiredAsync(EventIntents.Event("form_submitted", phone, body =>
        {
            body["variables"] = new JsonObject { ["city"] = "Pune" };
            body["data"] = new JsonObject { ["order"] = new JsonObject { ["id"] = 17 } };
        }));
        var stored = await tenant.ReadEventAsync(answer["eventLogId"]!);

        stored.Text("phone").ShouldBe(phone);
        stored["payload"]!["variables"]!.Text("city").ShouldBe("Pune");
        stored["payload"]!["data"]!["order"]!["id"]!.GetValue<int>().ShouldBe(17);
        stored.Text("callbackStatus").ShouldBe("none");
    }

    [Theory]
    [InlineData("""{ "phone": "+919876543210" }""", "MISSING_REQUIRED", "trigger")]
    [InlineData("""{ "trigger": "x" }""", "MISSING_REQUIRED", "phone")]
    [InlineData("""{ "trigger": "a b", "phone": "+919876543210" }""", "INVALID_TRIGGER", "trigger")]
    [InlineData("""{ "trigger": "x", "phone": "12" }""", "INVALID_PHONE", "phone")]
    [InlineData("""{ "trigger": "x", "leadId": "12" }""", "INVALID_ID", "leadId")]
    [InlineData("""{ "trigger": "x", "email": "nobody" }""", "VALIDATION_ERROR", "email")]
    [InlineData("""{ "trigger": 5, "phone": "+919876543210" }""", "VALIDATION_ERROR", "trigger")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "variables": [] }""", "VALIDATION_ERROR", "variables")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "data": { "a": "\ud800" } }""", "VALIDATION_ERROR", "data")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "createLeadIfMissing": "yes" }""", "VALIDATION_ERROR", "createLeadIfMissing")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "leadData": { "firstName": 5 } }""", "VALIDATION_ERROR", "leadData.firstName")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "runAt": "tomorrow" }""", "VALIDATION_ERROR", "runAt")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "runAt": "2099-01-01T00:00:00Z" }""", "VALIDATION_ERROR", "runAt")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "delayMinutes": 1, "delaySeconds": 1 }""", "VALIDATION_ERROR", "delaySeconds")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "delayMinutes": -1 }""", "VALIDATION_ERROR", "delayMinutes")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "delayMinutes": 1e300 }""", "VALIDATION_ERROR", "delayMinutes")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "baseTime": "2026-03-15T09:30:00Z" }""", "VALIDATION_ERROR", "baseTime")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "ifPast": "never" }""", "VALIDATION_ERROR", "ifPast")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "callbackUrl": "ftp://example.com" }""", "VALIDATION_ERROR", "callbackUrl")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "callbackUrl": "https://me:secret@example.com" }""", "VALIDATION_ERROR", "callbackUrl")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "callbackMetadata": { "a": { "__proto__": 1 } } }""", "VALIDATION_ERROR", "callbackMetadata.a.__proto__")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "callbackMetadata": { "a": 1e999 } }""", "VALIDATION_ERROR", "callbackMetadata.a")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "callbackMetadata": { "a": "\udc00" } }""", "VALIDATION_ERROR", "callbackMetadata.a")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "requiresMeet": true, "meetConfig": { "durationMinutes": 0 } }""", "VALIDATION_ERROR", "meetConfig.durationMinutes")]
    [InlineData("""{ "trigger": "x", "phone": "+919876543210", "requiresMeet": true, "meetConfig": { "timeZone": "Mars" } }""", "VALIDATION_ERROR", "meetConfig.timeZone")]
    public async Task A_wrong_field_is_refused_by_its_path(string body, string code, string path)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/saas/workflows/trigger", body);

        var answer = await response.ShouldFailAsync(HttpStatusCode.BadRequest, code);
        answer["errors"]!.AsObject().ContainsKey(path).ShouldBeTrue(answer.ToJsonString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/saas/workflows/trigger", body);

        (await response.ShouldBeErrorAsync()).Text("code").ShouldBeOneOf("VALIDATION_ERROR", "INVALID_JSON");
    }

    [Fact]
    public async Task Metadata_and_payload_have_their_limits()
    {
        var tenant = await server.CreateTenantAsync();

        using var metadata = await tenant.FireAsync(EventIntents.Event("x", change: body => body["callbackMetadata"] = new JsonObject { ["a"] = new string('a', 17_000) }));
        using var payload = await tenant.FireAsync(EventIntents.Event("x", change: body => body["data"] = new JsonObject { ["a"] = new string('a', 270_000) }));

        await metadata.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        await payload.ShouldFailAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task An_unknown_lead_is_404_with_a_hint_and_the_event_is_on_record_as_failed()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();

        using var response = await tenant.FireAsync(new JsonObject { ["trigger"] = "form_submitted", ["phone"] = phone });

        (await response.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND")).Text("hint").ShouldContain("createLeadIfMissing");
        var logged = (await tenant.ReadDataAsync("/api/saas/events/logs?status=failed")).AsArray().Single()!;
        logged.Text("phone").ShouldBe(phone);
        logged.Text("error").ShouldBe("LEAD_NOT_FOUND");
        logged["leadId"].ShouldBeNull();
    }

    [Fact]
    public async Task Another_tenants_lead_is_not_found()
    {
        var owner = await server.CreateTenantAsync();
        var lead = (await owner.FiredAsync(EventIntents.Event("form_submitted"))).Text("leadId");
        var other = await server.CreateTenantAsync();

        using var response = await other.FireAsync(new JsonObject { ["trigger"] = "form_submitted", ["leadId"] = lead, ["createLeadIfMissing"] = true });

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");
    }

    [Fact]
    public async Task Lead_data_that_is_not_taken_is_named_in_warnings()
    {
        var tenant = await server.CreateTenantAsync();

        var answer = await tenant.FiredAsync(EventIntents.Event("form_submitted", change: body =>
            body["leadData"] = new JsonObject { ["firstName"] = "Asha", ["shoeSize"] = 42, ["score"] = 99 }));

        answer["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>()).ShouldBe(
            ["leadData.shoeSize is not taken from a trigger and was ignored.", "leadData.score is not taken from a trigger and was ignored."]);
    }

    [Fact]
    public async Task The_last_of_duplicate_names_counts()
    {
        var tenant = await server.CreateTenantAsync();
        var text = $$"""{ "trigger": "x", "phone": "{{EventIntents.NewPhone()}}", "createLeadIfMissing": true, "variables": { "a": 1, "a": { "b": 2, "b": 3 } } }""";

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/saas/workflows/trigger", text);
        var stored = await tenant.ReadEventAsync((await response.ReadDataAsync())!["eventLogId"]!);

        stored["payload"]!["variables"]!.ToJsonString().ShouldBe("""{"a":{"b":3}}""");
    }

    [Fact]
    public async Task A_deeply_nested_payload_is_kept_and_given_back()
    {
        var tenant = await server.CreateTenantAsync();
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60);
        var text = $$"""{ "trigger": "x", "phone": "{{EventIntents.NewPhone()}}", "createLeadIfMissing": true, "data": {{nested}} }""";

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/saas/workflows/trigger", text);
        var id = (await response.ReadDataAsync())!.Text("eventLogId");

        using var read = await tenant.GetAsync($"/api/saas/events/logs/{id}");
        (await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(nested);
    }

    [Fact]
    public async Task A_payload_too_deep_for_its_document_is_refused()
    {
        var tenant = await server.CreateTenantAsync();
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", 61)) + "1" + new string('}', 61);

        using var response = await tenant.SendTextAsync(
            HttpMethod.Post, "/api/saas/workflows/trigger", $$"""{ "trigger": "x", "phone": "{{EventIntents.NewPhone()}}", "createLeadIfMissing": true, "data": {{nested}} }""");

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ContainsKey("data").ShouldBeTrue();
    }

    [Fact]
    public async Task A_dry_run_explains_everything_and_changes_nothing()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule(
            "form_submitted",
            """{ "type": "callback", "delayMinutes": 10, "config": { "url": "https://example.com/", "payload": { "name": "{{ lead.firstName }}" } } }""",
            rule => rule["condition"] = JsonNode.Parse("""{ "field": "lead.source", "operator": "eq", "value": "fair" }""")));
        var body = EventIntents.Event("form_submitted", change: one => one["leadData"] = new JsonObject { ["firstName"] = "Asha", ["source"] = "fair" });

        using var response = await tenant.FireAsync(body, query: "?dryRun=true");
        var answer = (await response.ReadDataAsync())!;

        answer["eventLogId"].ShouldBeNull();
        answer["leadId"].ShouldBeNull();
        answer["meetLink"].ShouldBeNull();
        answer["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        var run = answer["runs"]!.AsArray().Single()!;
        run["runId"].ShouldBeNull();
        var step = run["steps"]!.AsArray().Single()!;
        step.Text("type").ShouldBe("callback");
        step["rendered"]!["payload"]!.Text("name").ShouldBe("Asha");
        step["dueAt"].ShouldNotBeNull();
        (await tenant.ReadDataAsync("/api/saas/events/logs")).AsArray().ShouldBeEmpty();

        var fired = await tenant.FiredAsync(body);
        fired["leadId"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_run_pins_the_version_that_it_started_with()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(new Uri(receiver.Url, "/first"))));

        var before = await tenant.FiredAsync(EventIntents.Event("go"));
        using var changed = await tenant.PatchAsync(
            $"{RuleIntents.Rules}/{rule.Text("_id")}", new JsonObject { ["actions"] = JsonNode.Parse($"[{RuleIntents.CallbackTo(new Uri(receiver.Url, "/second"))}]") });
        changed.EnsureSuccessStatusCode();
        (await receiver.NextAsync()).Target.ShouldBe("/first");

        await tenant.FiredAsync(EventIntents.Event("go"));
        (await receiver.NextAsync()).Target.ShouldBe("/second");
        (await tenant.ReadEventAsync(before["eventLogId"]!))["runs"]![0]!["ruleVersion"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_test_key_fires_on_the_twin_with_the_live_rules_and_says_so()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", Stop));

        using var response = await tenant.TestHttp.PostAsync(
            new Uri("/api/saas/workflows/trigger", UriKind.Relative), JsonContentOf(EventIntents.Event("form_submitted")), TestContext.Current.CancellationToken);
        var answer = (await response.ReadDataAsync())!;

        answer.Text("mode").ShouldBe("test");
        answer["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        (await tenant.ReadDataAsync("/api/saas/events/logs")).AsArray().ShouldBeEmpty();
    }

    private static System.Net.Http.Json.JsonContent JsonContentOf(JsonNode body) => System.Net.Http.Json.JsonContent.Create(body);
}
