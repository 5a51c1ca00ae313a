using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Runs;

public sealed class RunTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Runs = "/api/saas/runs";

    [Fact]
    public async Task A_run_shows_its_steps_as_the_contract_names_them()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "branch", "config": { "condition": { "field": "event.vip", "operator": "eq", "value": true }, "then": [ { "type": "stop" } ], "else": [ { "type": "wait", "config": { "minutes": 5 } } ] } }"""));

        var (answer, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("go", change: body => body["variables"] = new JsonObject { ["vip"] = true }));
        var run = await tenant.ReadDataAsync($"{Runs}/{answer["runs"]![0]!.Text("runId")}");

        run.Text("status").ShouldBe("completed");
        run.Text("eventLogId").ShouldBe(answer.Text("eventLogId"));
        run["steps"]!.AsArray().Select(step => $"{step!.Text("path")} {step!.Text("type")} {step!.Text("status")}")
            .ShouldBe(["0 branch completed", "0.then.0 stop completed", "0.else.0 wait skipped"]);
        run["steps"]![0]!.AsObject().Select(field => field.Key).ShouldBe(
            ["index", "path", "type", "name", "status", "dueAt", "startedAt", "finishedAt", "attempts", "result", "warnings", "heldFor", "lastError", "errorCode", "jobId"]);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_by_rule_lead_trigger_and_status()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var waiting = await tenant.CreateRuleAsync(RuleIntents.Rule("a", RuleIntents.Wait(60)));
        await tenant.CreateRuleAsync(RuleIntents.Rule("b", """{ "type": "stop" }"""));
        var (first, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("a"));
        await tenant.FinishedAsync(receiver, EventIntents.Event("b"));

        (await TriggersAsync(tenant, "")).ShouldBe(["b", "a"]);
        (await TriggersAsync(tenant, $"?ruleId={waiting.Text("_id")}")).ShouldBe(["a"]);
        (await TriggersAsync(tenant, $"?leadId={first.Text("leadId")}")).ShouldBe(["a"]);
        (await TriggersAsync(tenant, "?trigger=b")).ShouldBe(["b"]);
        (await TriggersAsync(tenant, "?status=waiting")).ShouldBe(["a"]);
        (await TriggersAsync(tenant, "?status=failed")).ShouldBeEmpty();
        (await TriggersAsync(tenant, "?limit=1&page=2")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_cancelled_run_does_nothing_more_and_cannot_be_cancelled_again()
    {
        var (tenant, runId) = await WaitingRunAsync();

        using var cancelled = await tenant.PostAsync($"{Runs}/{runId}/cancel");
        (await cancelled.ReadDataAsync())!.Text("status").ShouldBe("cancelled");

        using var again = await tenant.PostAsync($"{Runs}/{runId}/cancel");
        await again.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task A_run_that_a_worker_holds_is_told_as_cancelled_before_the_worker_has_heard_of_it()
    {
        var (tenant, runId) = await WaitingRunAsync();
        await server.DrainAsync();
        var works = server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
        var work = (await works.FindAsync(WorkIds.EventOf(runId), TestContext.Current.CancellationToken))!;
        var until = DateTimeOffset.MaxValue.AddYears(-1);
        var held = work with { Version = work.Version + 1, Lease = new Lease("another", "its", until), DueAt = until };
        (await works.TryReplaceAsync(held, TestContext.Current.CancellationToken)).ShouldBeTrue();

        using var cancelled = await tenant.PostAsync($"{Runs}/{runId}/cancel");
        (await cancelled.ReadDataAsync())!.Text("status").ShouldBe("cancelled");

        (await tenant.ReadDataAsync($"{Runs}/{runId}")).Text("status").ShouldBe("cancelled");
        using var again = await tenant.PostAsync($"{Runs}/{runId}/cancel");
        await again.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task Runs_are_cancelled_by_what_their_event_carried()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", RuleIntents.Wait(60)));
        var phone = EventIntents.NewPhone();
        var (first, _) = await tenant.FinishedAsync(receiver, Booking("A-1"));
        var (second, _) = await tenant.FinishedAsync(receiver, Booking("A-2"));

        using var response = await tenant.PostAsync($"{Runs}/cancel", JsonNode.Parse("""{ "trigger": "booked", "match": { "path": "data.appointmentId", "value": "A-1" } }"""));

        (await response.ReadDataAsync())!["cancelled"]!.GetValue<int>().ShouldBe(1);
        (await StatusAsync(tenant, first)).ShouldBe("cancelled");
        (await StatusAsync(tenant, second)).ShouldBe("waiting");

        JsonObject Booking(string id) => EventIntents.Event("booked", phone, body => body["data"] = new JsonObject { ["appointmentId"] = id });
    }

    [Fact]
    public async Task All_runs_of_a_lead_are_cancelled_at_once()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", RuleIntents.Wait(60)));
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", RuleIntents.Wait(90)));
        var (mine, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("a"));
        var (others, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("a"));

        using var response = await tenant.PostAsync($"{Runs}/cancel", new JsonObject { ["leadId"] = mine.Text("leadId") });

        (await response.ReadDataAsync())!["cancelled"]!.GetValue<int>().ShouldBe(2);
        (await StatusAsync(tenant, others)).ShouldBe("waiting");
    }

    [Theory]
    [InlineData("{}", "VALIDATION_ERROR")]
    [InlineData("""{ "leadId": "17" }""", "INVALID_ID")]
    [InlineData("""{ "match": { "path": "data.x", "value": 1 } }""", "VALIDATION_ERROR")]
    [InlineData("""{ "trigger": "a", "match": { "path": "lead.x", "value": 1 } }""", "VALIDATION_ERROR")]
    [InlineData("""{ "trigger": "a", "match": { "path": "data.x", "value": {} } }""", "VALIDATION_ERROR")]
    public async Task A_bulk_cancellation_must_name_what_it_means(string body, string code)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, $"{Runs}/cancel", body);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_run_in_which_nothing_failed_is_not_repeated()
    {
        var (tenant, runId) = await WaitingRunAsync();

        using var response = await tenant.PostAsync($"{Runs}/{runId}/retry");

        await response.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task Another_tenant_is_told_that_the_run_does_not_exist()
    {
        var (owner, runId) = await WaitingRunAsync();
        var other = await server.CreateTenantAsync();

        HttpResponseMessage[] answers =
        [
            await other.GetAsync($"{Runs}/{runId}"),
            await other.PostAsync($"{Runs}/{runId}/cancel"),
            await other.PostAsync($"{Runs}/{runId}/retry"),
        ];

        foreach (var answer in answers)
        {
            await answer.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }

        (await TriggersAsync(other, "")).ShouldBeEmpty();
        (await owner.ReadDataAsync($"{Runs}/{runId}")).Text("status").ShouldBe("waiting");
    }

    private async Task<(TenantClient Tenant, string RunId)> WaitingRunAsync()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", RuleIntents.Wait(60)));
        var (answer, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("a"));
        return (tenant, answer["runs"]![0]!.Text("runId"));
    }

    private static async Task<string> StatusAsync(TenantClient tenant, JsonNode answer) =>
        (await tenant.ReadDataAsync($"{Runs}/{answer["runs"]![0]!.Text("runId")}")).Text("status");

    private static async Task<IReadOnlyList<string>> TriggersAsync(TenantClient tenant, string query) =>
        [.. (await tenant.ReadDataAsync(Runs + query)).AsArray().Select(run => run!.Text("trigger"))];
}
