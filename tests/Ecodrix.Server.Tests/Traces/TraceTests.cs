using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>What happened, told to a key's holder: by any id, whole, in order, and to nobody else.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private TraceScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await TraceScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task The_whole_story_of_a_trigger_is_one_list_in_the_order_in_which_it_happened()
    {
        var trace = await scene.TraceAsync(scene.EventId);

        trace.Text("kind").ShouldBe("event");
        trace.Text("title").ShouldBe("booked");
        trace["masked"]!.GetValue<bool>().ShouldBeFalse();
        trace.Text("summary").ShouldBe("1 rule started, 1 did not. 1 of 1 step done. The callback was delivered at attempt 2.");
        trace["waitsFor"]!.AsArray().ShouldBeEmpty();
        trace["leftOut"]!.AsArray().ShouldBeEmpty();
        var entries = trace["entries"]!.AsArray().Select(entry => entry!).ToList();
        entries.Where(entry => entry.Text("kind") is not ("runEnded" or "eventEnded" or "callback" or "callbackAttempt")).Select(entry => entry.Text("kind")).ShouldBe(
            ["accepted", "ruleMatched", "ruleSkipped", "ruleSkipped", "step", "effect", "effectStatus", "effectStatus", "effectStatus"]);
        Of(entries, "accepted")[0]["event"]!.Text("phone").ShouldBe(scene.Phone);
        Of(entries, "accepted")[0]["event"]!["variables"]!.Text("when").ShouldBe(TraceScene.When);
        Of(entries, "runEnded").ShouldHaveSingleItem().Text("title").ShouldBe("Run “Confirm” completed.");
        Of(entries, "eventEnded").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task It_says_which_rules_matched_and_why_the_others_did_not_and_how_that_is_known()
    {
        var entries = (await scene.TraceAsync(scene.EventId))["entries"]!.AsArray().Select(entry => entry!).ToList();

        var matched = Of(entries, "ruleMatched").ShouldHaveSingleItem();
        matched["rule"]!.Text("ruleName").ShouldBe("Confirm");
        matched["rule"]!["version"]!.GetValue<int>().ShouldBe(1);
        matched.Text("source").ShouldBe("recorded");
        var skipped = Of(entries, "ruleSkipped");
        skipped[0]["rule"]!.Text("ruleName").ShouldBe("Only the warm");
        skipped[0]["rule"]!.Text("reason").ShouldBe("condition lead.score gte 50 is false");
        skipped[0].Text("source").ShouldBe("recorded");
        skipped[1]["rule"]!.Text("ruleName").ShouldBe("Asleep");
        skipped[1]["rule"]!.Text("reason").ShouldBe("it is not active");
        skipped[1].Text("source").ShouldBe("recomputed");
    }

    [Fact]
    public async Task A_rule_that_was_made_later_is_told_as_that()
    {
        await scene.Tenant.CreateRuleAsync(RuleIntents.Rule("booked", """{ "type": "stop" }""", rule => rule["name"] = "Too late"));

        var entries = (await scene.TraceAsync(scene.EventId))["entries"]!.AsArray().Select(entry => entry!).ToList();

        Of(entries, "ruleSkipped").Single(entry => entry["rule"]!.Text("ruleName") is "Too late")["rule"]!.Text("reason").ShouldStartWith("it was made later, at 20");
    }

    [Fact]
    public async Task The_message_is_shown_as_it_was_rendered_with_its_statuses()
    {
        var entries = (await scene.TraceAsync(scene.EventId))["entries"]!.AsArray().Select(entry => entry!).ToList();

        var effect = Of(entries, "effect").ShouldHaveSingleItem()["effect"]!;
        effect.Text("text").ShouldBe($"Hello {TraceScene.FirstName}, we meet on {TraceScene.When}.");
        effect.Text("to").ShouldBe(scene.Phone);
        effect.Text("provider").ShouldBe("meta");
        effect.Text("status").ShouldBe("read");
        effect.Text("id").ShouldBe(scene.MessageId);
        Of(entries, "effectStatus").Select(entry => entry.Text("title")).ShouldBe(
            ["WhatsApp template booked: sent.", "WhatsApp template booked: delivered.", "WhatsApp template booked: read."], ignoreOrder: true);
        entries.ConvertAll(entry => entry.Text("kind")).IndexOf("effect").ShouldBeLessThan(entries.ConvertAll(entry => entry.Text("kind")).IndexOf("effectStatus"));
    }

    [Fact]
    public async Task Every_attempt_shows_the_bytes_and_what_was_signed_and_the_clients_secret_signs_it_to_what_was_received()
    {
        var trace = await scene.TraceAsync(scene.EventId);
        var entries = trace["entries"]!.AsArray().Select(entry => entry!).ToList();

        Of(entries, "callback").ShouldHaveSingleItem()["callback"]!.Text("body").ShouldBe(scene.Callbacks[0].Body);
        var attempts = Of(entries, "callbackAttempt").Select(entry => entry["attempt"]!).ToList();
        attempts.Select(attempt => attempt["statusCode"]!.GetValue<int>()).ShouldBe([500, 200]);
        attempts.Select(attempt => attempt["number"]!.GetValue<int>()).ShouldBe([1, 2]);
        foreach (var (attempt, received) in attempts.Zip(scene.Callbacks))
        {
            var signed = attempt["signed"]!;
            signed.Text("webhookId").ShouldBe(received.Headers["webhook-id"]);
            signed.Text("webhookTimestamp").ShouldBe(received.Headers["webhook-timestamp"]);
            Standard(signed.Text("webhookSignature")).ShouldBe(received.Headers["webhook-signature"]);
            Plain(signed.Text("legacySignature")).ShouldBe(received.Headers["x-ecodrix-signature"]);
        }

        trace.ToJsonString().ShouldNotContain(scene.Tenant.WebhookSecret["whsec_".Length..]);
    }

    [Fact]
    public async Task A_run_a_message_a_callback_and_a_lead_lead_to_the_same_story()
    {
        foreach (var (id, kind) in new[]
        {
            (scene.RunId, "run"), (scene.MessageId, "message"), (scene.Callbacks[0].Headers["webhook-id"], "callback"), (scene.LeadId, "lead"),
        })
        {
            var trace = await scene.TraceAsync(id);

            trace.Text("kind").ShouldBe(kind);
            trace.Text("id").ShouldBe(id);
            trace.Text("leadId").ShouldBe(scene.LeadId);
            var entries = trace["entries"]!.AsArray().Select(entry => entry!).ToList();
            entries[0].Text("eventLogId").ShouldBe(scene.EventId);
            Of(entries, "effect").ShouldHaveSingleItem()["effect"]!.Text("id").ShouldBe(scene.MessageId);
            Of(entries, "callbackAttempt").Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_leads_story_tells_its_events_and_not_their_bytes()
    {
        var later = await scene.Tenant.FiredAsync(new JsonObject { ["trigger"] = "nobody_listens", ["leadId"] = scene.LeadId });

        var entries = (await scene.TraceAsync(scene.LeadId))["entries"]!.AsArray().Select(entry => entry!).ToList();

        Of(entries, "accepted").Select(entry => entry.Text("eventLogId")).ShouldBe([scene.EventId, later.Text("eventLogId")]);
        Of(entries, "callback").ShouldHaveSingleItem()["callback"]!["body"].ShouldBeNull();
        Of(entries, "callback")[0]["callback"]!["bodyBytes"]!.GetValue<int>().ShouldBe(Encoding.UTF8.GetByteCount(scene.Callbacks[0].Body));
    }

    [Fact]
    public async Task Of_a_lead_with_many_events_the_last_ones_are_told_and_it_says_so()
    {
        var events = Enumerable.Range(0, 25).Select(_ => (JsonNode)new JsonObject { ["trigger"] = "nobody_listens", ["leadId"] = scene.LeadId });
        using var batch = await scene.Tenant.PostAsync("/api/saas/workflows/trigger/batch", new JsonObject { ["events"] = new JsonArray([.. events]) });
        var fired = (await batch.ReadDataAsync())!.AsArray().Select(item => item!["data"]!.Text("eventLogId")).ToList();

        var trace = await scene.TraceAsync(scene.LeadId);

        Of([.. trace["entries"]!.AsArray().Select(entry => entry!)], "accepted").Select(entry => entry.Text("eventLogId")).ShouldBe(fired[5..]);
        trace["leftOut"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldStartWith("Only the last 20 events and jobs of the lead are told");
        trace.Text("summary").ShouldBe("The last 20 events and jobs of this lead.");
    }

    [Fact]
    public async Task A_trigger_that_found_nobody_says_that_nothing_was_started()
    {
        using var refused = await scene.Tenant.FireAsync(new JsonObject { ["trigger"] = "booked", ["phone"] = EventIntents.NewPhone() });
        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var log = (await scene.Tenant.ReadDataAsync("/api/saas/events/logs?status=failed"))[0]!;

        var trace = await scene.TraceAsync(log.Text("_id"));

        trace.Text("summary").ShouldBe("Nothing was started.");
        trace.Text("tone").ShouldBe("bad");
        trace["entries"]![0]!["event"]!.Text("error").ShouldBe("LEAD_NOT_FOUND");
        Of([.. trace["entries"]!.AsArray().Select(entry => entry!)], "ruleSkipped").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_callback_of_an_action_is_told_with_its_step()
    {
        await using var receiver = await Callbacks.CallbackReceiver.StartAsync();
        await scene.Tenant.CreateRuleAsync(RuleIntents.Rule("tell", $$$"""{ "type": "callback", "config": { "url": "{{{receiver.Url}}}", "payload": { "hello": "{{ lead.firstName }}" } } }"""));
        var fired = await scene.Tenant.FiredAsync(new JsonObject { ["trigger"] = "tell", ["leadId"] = scene.LeadId });
        var id = (await receiver.NextAsync()).Headers["webhook-id"];
        await Incidents.Until.ReadsAsync(scene.Tenant, $"/api/saas/callbacks/logs/{id}", log => log.Text("status") is "delivered");

        foreach (var asked in new[] { id, fired.Text("eventLogId") })
        {
            var whole = Of([.. (await scene.TraceAsync(asked))["entries"]!.AsArray().Select(entry => entry!)], "callback").ShouldHaveSingleItem();
            whole["callback"]!.Text("body").ShouldBe($"{{\"hello\":\"{TraceScene.FirstName}\"}}");
            whole.Text("runId").ShouldBe(fired["runs"]![0]!.Text("runId"));
            var masked = Of([.. (await scene.TraceAsync(asked, "?masked=true"))["entries"]!.AsArray().Select(entry => entry!)], "callback").ShouldHaveSingleItem();
            masked["callback"]!.Text("body").ShouldBe("""{"hello":"•••"}""");
        }
    }

    [Fact]
    public async Task A_message_that_was_asked_for_by_itself_has_a_story_of_its_own()
    {
        using var sent = await scene.Tenant.PostAsync("/api/saas/chat/send", JsonNode.Parse($$"""{ "to": "{{scene.Phone}}", "templateName": "booked", "variables": ["You", "Friday"] }"""));
        var message = (await sent.ReadDataAsync(HttpStatusCode.Accepted))!;
        await Incidents.Until.ReadsAsync(scene.Tenant, $"/api/saas/jobs/status/{message.Text("jobId")}", job => job.Text("status") is "completed");

        foreach (var id in new[] { message.Text("messageId"), message.Text("jobId") })
        {
            var trace = await scene.TraceAsync(id);
            trace.Text("kind").ShouldBe("message");
            Of([.. trace["entries"]!.AsArray().Select(entry => entry!)], "effect").ShouldHaveSingleItem()["effect"]!.Text("text").ShouldBe("Hello You, we meet on Friday.");
        }
    }

    [Fact]
    public async Task What_is_not_done_yet_says_what_it_waits_for()
    {
        await scene.Tenant.CreateRuleAsync(RuleIntents.Rule("slow", $"{RuleIntents.Wait(60)}, {{ \"type\": \"stop\" }}"));
        var waiting = await scene.Tenant.FiredAsync(new JsonObject { ["trigger"] = "slow", ["leadId"] = scene.LeadId });
        var scheduled = await scene.Tenant.FiredAsync(new JsonObject { ["trigger"] = "slow", ["leadId"] = scene.LeadId, ["delayMinutes"] = 60 }, HttpStatusCode.Accepted);
        await Incidents.Until.DrainAsync(scene.Server.Server);

        var trace = await scene.TraceAsync(waiting.Text("eventLogId"));
        var wait = trace["waitsFor"]!.AsArray().ShouldHaveSingleItem()!;
        wait.Text("runId").ShouldBe(waiting["runs"]![0]!.Text("runId"));
        wait.Text("sentence").ShouldStartWith("Run “On slow”: Step 0 (wait) waits until ");
        trace.Text("tone").ShouldBe("waiting");

        var later = await scene.TraceAsync(scheduled.Text("eventLogId"));
        later["waitsFor"]!.AsArray().ShouldHaveSingleItem()!.Text("sentence").ShouldStartWith("The event is scheduled for ");
        later.Text("summary").ShouldEndWith("If it were due now, 1 rule would match.");
    }

    [Fact]
    public async Task Another_tenant_and_the_test_twin_are_told_that_there_is_nothing()
    {
        var other = await scene.Server.Server.CreateTenantAsync();
        foreach (var stranger in new[] { other.Http, other.TestHttp, scene.Tenant.TestHttp })
        {
            foreach (var id in new[] { scene.EventId, scene.RunId, scene.MessageId, scene.LeadId, scene.Callbacks[0].Headers["webhook-id"] })
            {
                using var response = await stranger.GetAsync($"/api/saas/trace/{id}", TestContext.Current.CancellationToken);
                await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
            }
        }
    }

    [Theory]
    [InlineData("17", 400, "INVALID_ID")]
    [InlineData("665f00000000000000000000", 404, "NOT_FOUND")]
    public async Task An_id_of_nothing_is_refused(string id, int status, string code)
    {
        using var response = await scene.Tenant.GetAsync($"/api/saas/trace/{id}");

        await response.ShouldFailAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task An_id_that_no_step_of_the_event_has_is_refused()
    {
        foreach (var number in new[] { 2, 0x101, 0xFE, 0x200 })
        {
            using var response = await scene.Tenant.GetAsync($"/api/saas/trace/{scene.EventId[..20]}{number.ToString("x4", CultureInfo.InvariantCulture)}");
            await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }
    }

    private static IReadOnlyList<JsonNode> Of(IReadOnlyList<JsonNode> entries, string kind) =>
        [.. entries.Where(entry => string.Equals(entry.Text("kind"), kind, StringComparison.Ordinal))];

    private string Standard(string signed) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(scene.Tenant.WebhookSecret["whsec_".Length..]), Encoding.UTF8.GetBytes(signed)));

    private string Plain(string signed) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(scene.Tenant.WebhookSecret), Encoding.UTF8.GetBytes(signed)));
}
