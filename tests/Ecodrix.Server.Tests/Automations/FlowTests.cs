using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Automations;

/// <summary>What holds a rule back, as its author and the website see it.</summary>
public sealed class FlowTests : IAsyncLifetime
{
    private const string Stop = """{ "type": "stop" }""";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private ServerFixture server = null!;

    private TenantClient tenant = null!;

    public async ValueTask InitializeAsync()
    {
        server = new ServerFixture().WithClock(clock);
        await server.InitializeAsync();
        tenant = await server.CreateTenantAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task What_holds_a_rule_back_comes_back_as_it_was_written_is_changed_and_cleared()
    {
        var rule = await tenant.CreateRuleAsync(Held("go", """{ "limits": { "oncePer": "{{ data.id }}", "withinMinutes": 5 }, "cancelOn": [ { "trigger": "off", "match": "data.id" } ], "quietHours": "21:00-08:00" }"""));
        var path = $"{RuleIntents.Rules}/{rule.Text("_id")}";

        rule["limits"]!.ToJsonString().ShouldBe("""{"oncePer":"{{ data.id }}","withinMinutes":5}""");
        rule["cancelOn"]!.ToJsonString().ShouldBe("""[{"trigger":"off","match":"data.id"}]""");
        rule.Text("quietHours").ShouldBe("21:00-08:00");
        using var response = await tenant.PatchAsync(path, JsonNode.Parse("""{ "limits": null, "cancelOn": null, "quietHours": "22:00-07:00" }""")!);
        var changed = (await response.ReadDataAsync())!;

        changed["limits"].ShouldBeNull();
        changed["cancelOn"].ShouldBeNull();
        changed.Text("quietHours").ShouldBe("22:00-07:00");
        changed["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task The_test_twin_gets_the_rules_limits_and_counts_for_itself()
    {
        await tenant.CreateRuleAsync(Held("go", """{ "limits": { "oncePer": "all" } }"""));
        await tenant.FiredAsync(EventIntents.Event("go"));

        (await TestFiredAsync())["runs"]!.AsArray().Count.ShouldBe(1);
        (await TestFiredAsync())["skipped"]![0]!.Text("reason").ShouldBe("limits.oncePer: already ran for all");
    }

    [Fact]
    public async Task A_rule_runs_once_for_a_key_and_the_answer_the_dry_run_and_the_test_say_so()
    {
        var rule = await tenant.CreateRuleAsync(Held("go", """{ "limits": { "oncePer": "{{ lead.phone }}", "withinMinutes": 60 } }"""));
        var phone = EventIntents.NewPhone();
        var first = await tenant.FiredAsync(EventIntents.Event("go", phone));
        var reason = $"limits.oncePer: already ran for {phone} within 60 minutes";

        var again = await tenant.FiredAsync(EventIntents.Event("go", phone));
        using var dry = await tenant.FireAsync(EventIntents.Event("go", phone), query: "?dryRun=true");
        using var test = await tenant.PostAsync($"{RuleIntents.Rules}/{rule.Text("_id")}/test", new JsonObject { ["leadId"] = first.Text("leadId") });

        again["runs"]!.AsArray().ShouldBeEmpty();
        again["skipped"]![0]!.Text("reason").ShouldBe(reason);
        (await dry.ReadDataAsync())!["skipped"]![0]!.Text("reason").ShouldBe(reason);
        (await test.ReadDataAsync())!.Text("reason").ShouldBe(reason);
        (await tenant.FiredAsync(EventIntents.Event("go")))["runs"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_takes_no_key()
    {
        await tenant.CreateRuleAsync(Held("go", """{ "limits": { "oncePer": "all", "debounceSeconds": 30 } }"""));
        var phone = EventIntents.NewPhone();
        await tenant.FiredAsync(EventIntents.Event("other", phone));

        using var dry = await tenant.FireAsync(EventIntents.Event("go", phone), query: "?dryRun=true");
        (await dry.ReadDataAsync())!["rulesMatched"]!.GetValue<int>().ShouldBe(1);

        (await tenant.FiredAsync(EventIntents.Event("go", phone)))["runs"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Simultaneous_triggers_with_one_key_start_exactly_one_run()
    {
        await tenant.CreateRuleAsync(Held("go", """{ "limits": { "oncePer": "{{ data.order }}" } }"""));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            tenant.FiredAsync(EventIntents.Event("go", change: body => body["data"] = new JsonObject { ["order"] = "A-1" }))));

        answers.Sum(answer => answer["runs"]!.AsArray().Count).ShouldBe(1);
        answers.Sum(answer => answer["skipped"]!.AsArray().Count).ShouldBe(9);
    }

    [Fact]
    public async Task Another_tenants_events_neither_use_up_a_key_nor_replace_nor_cancel()
    {
        var other = await server.CreateTenantAsync();
        foreach (var owner in new[] { tenant, other })
        {
            await owner.CreateRuleAsync(Held("once", """{ "limits": { "oncePer": "all" } }"""));
            await owner.CreateRuleAsync(Held("quiet", """{ "limits": { "oncePer": "all", "debounceSeconds": 30 } }"""));
            await owner.CreateRuleAsync(Held("remind", """{ "cancelOn": [ { "trigger": "off" } ] }""", RuleIntents.Wait(60)));
        }

        var phone = EventIntents.NewPhone();
        await tenant.FiredAsync(EventIntents.Event("once", phone));
        var quiet = await tenant.FiredAsync(EventIntents.Event("quiet", phone));
        var remind = await tenant.FiredAsync(EventIntents.Event("remind", phone));
        await DrainAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await other.FiredAsync(EventIntents.Event("once", phone)))["runs"]!.AsArray().Count.ShouldBe(1);
        await other.FiredAsync(EventIntents.Event("quiet", phone));
        await other.FiredAsync(EventIntents.Event("off", phone));
        await DrainAsync();

        (await RunAsync(quiet)).Text("status").ShouldBe("waiting");
        (await RunAsync(remind)).Text("status").ShouldBe("waiting");
    }

    [Fact]
    public async Task A_cancelled_appointment_ends_its_own_reminder_and_a_system_trigger_ends_the_rest()
    {
        await tenant.CreateRuleAsync(Held("booked", """{ "cancelOn": [ { "trigger": "off", "match": "data.id" }, { "trigger": "tag_added", "condition": { "field": "data.tagName", "operator": "eq", "value": "gone" } } ] }""", RuleIntents.Wait(60)));
        await tenant.CreateRuleAsync(RuleIntents.Rule("leave", """{ "type": "add_tag", "config": { "tag": "gone" } }"""));
        var phone = EventIntents.NewPhone();
        var (first, second) = (await tenant.FiredAsync(Event("booked", "1")), await tenant.FiredAsync(Event("booked", "2")));
        await DrainAsync();
        clock.Advance(TimeSpan.FromMinutes(1));

        await tenant.FiredAsync(Event("off", "1"));
        await DrainAsync();

        (await RunAsync(first)).Text("status").ShouldBe("cancelled");
        (await RunAsync(first)).Text("error").ShouldBe("cancelOn: off came");
        (await RunAsync(second)).Text("status").ShouldBe("waiting");

        await tenant.FiredAsync(EventIntents.Event("leave", phone));
        await UntilEndedAsync(second);
        (await RunAsync(second)).Text("error").ShouldBe("cancelOn: tag_added came");

        JsonObject Event(string trigger, string id) => EventIntents.Event(trigger, phone, body => body["data"] = new JsonObject { ["id"] = id });
    }

    [Fact]
    public async Task A_debounced_event_tells_why_and_the_last_one_runs()
    {
        await tenant.CreateRuleAsync(Held("typed", """{ "limits": { "debounceSeconds": 30 } }"""));
        var phone = EventIntents.NewPhone();
        var first = await tenant.FiredAsync(EventIntents.Event("typed", phone));
        await DrainAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        var last = await tenant.FiredAsync(EventIntents.Event("typed", phone));
        (await RunAsync(last))["steps"]![0]!.Text("heldFor").ShouldBe("limits.debounceSeconds until 2026-03-15T09:30:40.000Z");

        await DrainAsync();
        clock.Advance(TimeSpan.FromSeconds(30));
        await DrainAsync();

        (await RunAsync(first)).Text("status").ShouldBe("cancelled");
        (await tenant.ReadEventAsync(first["eventLogId"]!))["skipped"]![0]!.Text("reason").ShouldBe("limits.debounceSeconds: debounced by a later event");
        (await RunAsync(last)).Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task A_mail_due_in_the_tenants_quiet_hours_waits_for_their_end()
    {
        const string Mail = """{ "type": "add_tag", "config": { "tag": "x" } }, { "type": "send_email", "config": { "subject": "Hi", "htmlBody": "x", "to": "asha@example.com" } }""";
        await tenant.CreateRuleAsync(Held("go", """{ "quietHours": "14:00-17:00" }""", Mail));

        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        await DrainAsync();
        var run = await RunAsync(fired);

        // It is 15:00 in Kolkata.
        run.Text("status").ShouldBe("waiting");
        run["steps"]![0]!.Text("status").ShouldBe("completed");
        run["steps"]![1]!.Text("status").ShouldBe("waiting");
        run["steps"]![1]!.Text("heldFor").ShouldBe("quiet hours until 2026-03-15T11:30:00.000Z");
        run["steps"]![1]!.Text("dueAt").ShouldBe("2026-03-15T11:30:00.000Z");

        clock.Advance(TimeSpan.FromHours(2));
        await DrainAsync();
        (await RunAsync(fired))["steps"]![1]!["heldFor"].ShouldBeNull();
        (await RunAsync(fired)).Text("status").ShouldNotBe("waiting", StringComparer.Ordinal);
    }

    private static JsonObject Held(string trigger, string more, string actions = Stop) => RuleIntents.Rule(trigger, actions, rule =>
    {
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject())
        {
            rule[name] = value?.DeepClone();
        }
    });

    private async Task<JsonNode> TestFiredAsync()
    {
        using var content = new StringContent(EventIntents.Event("go").ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await tenant.TestHttp.PostAsync("/api/saas/workflows/trigger", content, TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!;
    }

    private Task<JsonNode> RunAsync(JsonNode answer) => tenant.ReadDataAsync($"/api/saas/runs/{answer["runs"]![0]!.Text("runId")}");

    // The lead's outbox is relayed beside the work loop.
    private async Task UntilEndedAsync(JsonNode answer)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var turn = 0; (await RunAsync(answer))["finishedAt"] is null; turn++)
        {
            turn.ShouldBeLessThan(200);
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await DrainAsync();
        }
    }

    private Task DrainAsync() => server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
}
