using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Callbacks;

public sealed class CallbackTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Logs = "/api/saas/callbacks/logs";

    [Fact]
    public async Task The_callback_says_what_became_of_the_event_with_every_key_in_place()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "stop" }"""));
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(60), rule => rule["name"] = "Waits"));

        var (answer, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go", change: body =>
            body["callbackMetadata"] = JsonNode.Parse("""{ "b": 1.0, "2": "x", "1": "y", "emoji": "🙂" }""")));

        var report = callback.Json;
        report.Select(field => field.Key).ShouldBe(
            ["eventId", "eventLogId", "mode", "trigger", "status", "clientCode", "leadId", "meetLink", "rulesMatched", "runs", "runsTotal", "error", "metadata", "timestamp"]);
        report.Text("eventLogId").ShouldBe(answer.Text("eventLogId"));
        report.Text("mode").ShouldBe("live");
        report.Text("status").ShouldBe("completed");
        report.Text("clientCode").ShouldBe(tenant.Code);
        report.Text("leadId").ShouldBe(answer.Text("leadId"));
        report["meetLink"].ShouldBeNull();
        report["error"].ShouldBeNull();
        report["rulesMatched"]!.GetValue<int>().ShouldBe(2);
        report["runsTotal"]!.GetValue<int>().ShouldBe(2);
        report["runs"]!.AsArray().Select(run => run!.Text("status")).ShouldBe(["completed", "waiting"]);
        callback.Body.ShouldContain("\"metadata\":{\"1\":\"y\",\"2\":\"x\",\"b\":1,\"emoji\":\"🙂\"}");
    }

    [Fact]
    public async Task Both_signatures_verify_with_the_clients_secret()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();

        var (_, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("nobody_listens"));

        var body = Encoding.UTF8.GetBytes(callback.Body);
        callback.Headers["x-ecodrix-signature"].ShouldBe(
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(tenant.WebhookSecret), body)));

        var key = Convert.FromBase64String(tenant.WebhookSecret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{callback.Headers["webhook-id"]}.{callback.Headers["webhook-timestamp"]}.{callback.Body}");
        callback.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        callback.Headers["user-agent"].ShouldStartWith("ECODrIx/");
        callback.Headers["content-type"].ShouldBe("application/json");
    }

    [Fact]
    public async Task Every_attempt_is_on_record_and_a_resend_sends_the_same_bytes_under_the_same_id()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.Gone);
        var tenant = await server.CreateTenantAsync();
        var (answer, first) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        var id = first.Headers["webhook-id"];

        // The receiver answers before the attempt is on record; a resend asked for too early is refused.
        HttpResponseMessage resent;
        do
        {
            resent = await tenant.PostAsync($"{Logs}/{id}/resend");
        }
        while (resent.StatusCode is HttpStatusCode.Conflict);

        await resent.ReadDataAsync(HttpStatusCode.Accepted);
        var second = await receiver.NextAsync();
        second.Body.ShouldBe(first.Body);
        second.Headers["webhook-id"].ShouldBe(id);

        var detail = await tenant.ReadDataAsync($"{Logs}/{id}");
        detail.Text("eventLogId").ShouldBe(answer.Text("eventLogId"));
        detail["attemptLog"]![0]!["statusCode"]!.GetValue<int>().ShouldBe(410);
        detail.Text("body").ShouldBe(first.Body);
        (await tenant.ReadDataAsync(Logs)).AsArray().Single()!.Text("_id").ShouldBe(id);
    }

    [Fact]
    public async Task A_callback_action_sends_its_own_payload_to_its_own_address()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var url = new Uri(receiver.Url, "/own").AbsoluteUri;
        await tenant.CreateRuleAsync(RuleIntents.Rule(
            "go", $$$"""{ "type": "callback", "config": { "url": "{{{url}}}?of={{ event.name }}", "payload": { "hello": "{{ event.name }}" } } }"""));

        var answer = await tenant.FiredAsync(EventIntents.Event("go", change: body => body["variables"] = new JsonObject { ["name"] = "A & B" }));
        var sent = await receiver.NextAsync();

        sent.Target.ShouldBe("/own?of=A%20%26%20B");
        sent.Body.ShouldBe("""{"hello":"A & B"}""");
        var run = await tenant.ReadDataAsync($"/api/saas/runs/{answer["runs"]![0]!.Text("runId")}");
        run["steps"]![0]!["result"]!.Text("callbackLogId").ShouldBe(sent.Headers["webhook-id"]);
        (await tenant.ReadDataAsync($"{Logs}/{sent.Headers["webhook-id"]}")).Text("eventLogId").ShouldBe(answer.Text("eventLogId"));
    }

    [Fact]
    public async Task A_failed_callback_is_an_event_that_a_rule_may_hear()
    {
        await using var refusing = await CallbackReceiver.StartAsync(HttpStatusCode.Gone);
        await using var listening = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule(
            "callback_failed", $$$"""{ "type": "callback", "config": { "url": "{{{listening.Url}}}", "payload": { "failed": "{{ data.callbackLogId }}" } } }"""));

        var (_, refused) = await tenant.FinishedAsync(refusing, EventIntents.Event("go"));

        (await listening.NextAsync()).Json.Text("failed").ShouldBe(refused.Headers["webhook-id"]);
    }

    [Fact]
    public async Task Another_tenant_is_told_that_the_callback_does_not_exist()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var owner = await server.CreateTenantAsync();
        var (_, callback) = await owner.FinishedAsync(receiver, EventIntents.Event("go"));
        var other = await server.CreateTenantAsync();

        using var read = await other.GetAsync($"{Logs}/{callback.Headers["webhook-id"]}");
        using var resent = await other.PostAsync($"{Logs}/{callback.Headers["webhook-id"]}/resend");

        await read.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await resent.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        (await other.ReadDataAsync(Logs)).AsArray().ShouldBeEmpty();
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_wrong_status_filter_is_refused()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.GetAsync($"{Logs}?status=lost");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }
}
