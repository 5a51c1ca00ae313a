using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;

namespace Ecodrix.Server.Tests.Automations;

public sealed class SequenceTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Enroll = "/api/crm/sequences/enroll";

    [Fact]
    public async Task An_enrollment_is_the_view_of_the_sequences_run()
    {
        var (tenant, leadId, ruleId) = await SetUpAsync();

        var enrollment = await EnrollAsync(tenant, leadId, ruleId);

        enrollment.Text("status").ShouldBe("active");
        enrollment["currentStep"]!.GetValue<int>().ShouldBe(0);
        enrollment.Text("leadId").ShouldBe(leadId);
        (await tenant.ReadDataAsync($"/api/saas/runs/{enrollment.Text("runId")}")).Text("ruleId").ShouldBe(ruleId);
        (await tenant.ReadDataAsync($"/api/crm/sequences/lead/{leadId}")).AsArray().Single()!.Text("_id").ShouldBe(enrollment.Text("_id"));
    }

    [Fact]
    public async Task A_lead_is_in_a_sequence_once_at_a_time()
    {
        var (tenant, leadId, ruleId) = await SetUpAsync();
        var first = await EnrollAsync(tenant, leadId, ruleId);

        using (var again = await tenant.PostAsync(Enroll, new JsonObject { ["leadId"] = leadId, ["ruleId"] = ruleId }))
        {
            await again.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        }

        using var ended = await tenant.DeleteAsync($"/api/crm/sequences/unenroll/{first.Text("_id")}");
        (await ended.ReadDataAsync())!.Text("status").ShouldBe("stopped");
        (await EnrollAsync(tenant, leadId, ruleId)).Text("_id").ShouldNotBe(first.Text("_id"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/api/saas/runs/{0}/retry")]
    [InlineData("/api/saas/jobs/{1}/retry")]
    public async Task A_failed_run_is_not_repeated_while_its_lead_is_in_the_sequence_by_another(string retry)
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var (tenant, leadId, ruleId) = await SetUpAsync();
        await ChangeAsync("""{ "type": "send_email", "config": { "subject": "Welcome", "htmlBody": "Hello" } }""");
        var (answer, _) = await tenant.FinishedAsync(receiver, ByLead("never_fired", leadId));
        var failed = await tenant.ReadDataAsync("/api/saas/runs/" + answer["runs"]![0]!.Text("runId"));
        failed.Text("status").ShouldBe("failed");
        await ChangeAsync(RuleIntents.Wait(60));
        var second = await EnrollAsync(tenant, leadId, ruleId);

        using (var refused = await tenant.PostAsync(string.Format(CultureInfo.InvariantCulture, retry, failed.Text("_id"), failed.Text("eventLogId"))))
        {
            (await refused.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT")).Text("message").ShouldContain("in this sequence");
        }

        (await tenant.ReadDataAsync("/api/saas/runs/" + failed.Text("_id"))).Text("status").ShouldBe("failed");
        (await tenant.DeleteAsync($"/api/crm/sequences/unenroll/{second.Text("_id")}")).EnsureSuccessStatusCode();
        using var repeated = await tenant.PostAsync(string.Format(CultureInfo.InvariantCulture, retry, failed.Text("_id"), failed.Text("eventLogId")));
        repeated.StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task ChangeAsync(string actions) =>
            (await tenant.PatchAsync($"{RuleIntents.Rules}/{ruleId}", new JsonObject { ["actions"] = JsonNode.Parse($"[{actions}]") })).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_plain_rule_takes_no_enrollment()
    {
        var (tenant, leadId, _) = await SetUpAsync();
        var plain = await tenant.CreateRuleAsync(RuleIntents.Rule("form_submitted", RuleIntents.Wait(5)));

        using var response = await tenant.PostAsync(Enroll, new JsonObject { ["leadId"] = leadId, ["ruleId"] = plain.Text("_id") });

        await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE");
    }

    [Fact]
    public async Task Another_tenant_neither_enrolls_nor_unenrolls()
    {
        var (tenant, leadId, ruleId) = await SetUpAsync();
        var enrollment = await EnrollAsync(tenant, leadId, ruleId);
        var other = await server.CreateTenantAsync();

        using var enrolled = await other.PostAsync(Enroll, new JsonObject { ["leadId"] = leadId, ["ruleId"] = ruleId });
        using var ended = await other.DeleteAsync($"/api/crm/sequences/unenroll/{enrollment.Text("_id")}");

        await enrolled.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await ended.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        (await other.ReadDataAsync($"/api/crm/sequences/lead/{leadId}")).AsArray().ShouldBeEmpty();
        (await tenant.ReadDataAsync($"/api/saas/runs/{enrollment.Text("runId")}")).Text("status").ShouldBe("waiting");
    }

    [Fact]
    public async Task A_rule_enrolls_its_lead_and_another_takes_it_out_again()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var (tenant, leadId, ruleId) = await SetUpAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("lead_captured", Named("enroll", ruleId)));
        await tenant.CreateRuleAsync(RuleIntents.Rule("deal_lost", Named("unenroll", ruleId)));

        await tenant.FinishedAsync(receiver, ByLead("lead_captured", leadId));
        (await tenant.ReadDataAsync($"/api/crm/sequences/lead/{leadId}")).AsArray().Single()!.Text("status").ShouldBe("active");

        await tenant.FinishedAsync(receiver, ByLead("deal_lost", leadId));
        (await tenant.ReadDataAsync($"/api/crm/sequences/lead/{leadId}")).AsArray().Single()!.Text("status").ShouldBe("stopped");
    }

    private static string Named(string type, string ruleId) => $$"""{ "type": "{{type}}", "config": { "ruleId": "{{ruleId}}" } }""";

    private static JsonObject ByLead(string trigger, string leadId) => new() { ["trigger"] = trigger, ["leadId"] = leadId };

    /// <summary>Enrolls and lets the run come to its wait: what a worker holds it ends itself when asked, and the place is free a moment later.</summary>
    private static async Task<JsonNode> EnrollAsync(TenantClient tenant, string leadId, string ruleId)
    {
        using var response = await tenant.PostAsync(Enroll, new JsonObject { ["leadId"] = leadId, ["ruleId"] = ruleId });
        var enrollment = (await response.ReadDataAsync(HttpStatusCode.Created))!;
        await tenant.UntilAsync("/api/saas/runs/" + enrollment.Text("runId"), run => run.Text("status") is "waiting");
        return enrollment;
    }

    private async Task<(TenantClient Tenant, string LeadId, string RuleId)> SetUpAsync()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.FiredAsync(EventIntents.Event("registered"));
        var rule = await tenant.CreateRuleAsync(RuleIntents.Rule("never_fired", RuleIntents.Wait(60), body => body["isSequence"] = true));
        return (tenant, lead.Text("leadId"), rule.Text("_id"));
    }
}
