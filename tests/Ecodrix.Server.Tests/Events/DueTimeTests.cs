using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Events;

public sealed class DueTimeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private ServerFixture server = null!;

    private CallbackReceiver receiver = null!;

    private TenantClient tenant = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        receiver = await CallbackReceiver.StartAsync();
        tenant = await server.CreateTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_scheduled_event_matches_the_rules_of_its_due_time_and_not_before()
    {
        var body = EventIntents.Event("go", change: one => (one["delayMinutes"], one["callbackUrl"]) = (90, receiver.Url.AbsoluteUri));
        var answer = await tenant.FiredAsync(body, HttpStatusCode.Accepted);
        answer["scheduled"]!.GetValue<bool>().ShouldBeTrue();
        answer.Text("runAt").ShouldBe("2026-03-15T11:00:00.000Z");
        answer["rulesMatched"]!.GetValue<int>().ShouldBe(0);
        answer["leadId"].ShouldNotBeNull();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "stop" }"""));

        clock.Advance(TimeSpan.FromMinutes(89));
        (await tenant.ReadEventAsync(answer["eventLogId"]!)).Text("status").ShouldBe("scheduled");
        receiver.IsEmpty.ShouldBeTrue();

        clock.Advance(TimeSpan.FromMinutes(1));
        (await receiver.NextAsync()).Json["rulesMatched"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{ "delaySeconds": 30 }""", "2026-03-15T09:30:30.000Z")]
    [InlineData("""{ "runAt": "2026-03-15T16:00:00+05:30" }""", "2026-03-15T10:30:00.000Z")]
    [InlineData("""{ "baseTime": "2026-03-16T09:30:00Z", "delayMinutes": -60 }""", "2026-03-16T08:30:00.000Z")]
    public async Task A_due_time_may_be_given_in_any_of_its_forms(string due, string runAt)
    {
        var answer = await tenant.FiredAsync(With(due), HttpStatusCode.Accepted);

        answer.Text("runAt").ShouldBe(runAt);
    }

    [Fact]
    public async Task A_due_time_in_the_past_runs_at_once_or_is_skipped_when_asked()
    {
        var run = await tenant.FiredAsync(With("""{ "runAt": "2026-03-15T09:00:00Z" }"""));
        var skipped = await tenant.FiredAsync(With("""{ "runAt": "2026-03-15T09:00:00Z", "ifPast": "skip" }"""));

        run["scheduled"]!.GetValue<bool>().ShouldBeFalse();
        skipped["runs"]!.AsArray().ShouldBeEmpty();
        (await tenant.ReadEventAsync(skipped["eventLogId"]!)).Text("status").ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_scheduled_event_that_was_cancelled_never_runs()
    {
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(receiver.Url)));
        var answer = await tenant.FiredAsync(With("""{ "delayMinutes": 10 }"""), HttpStatusCode.Accepted);
        var path = $"/api/saas/events/logs/{answer.Text("eventLogId")}/cancel";

        (await (await tenant.PostAsync(path)).ReadDataAsync())!.Text("status").ShouldBe("cancelled");
        await (await tenant.PostAsync(path)).ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");

        clock.Advance(TimeSpan.FromMinutes(11));
        await tenant.FinishedAsync(receiver, EventIntents.Event("other"));
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_delayed_step_waits_for_its_time()
    {
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(new Uri(receiver.Url, "/late"), ", \"delayMinutes\": 30")));
        var (_, report) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        report.Json["runs"]![0]!.Text("status").ShouldBe("waiting");

        clock.Advance(TimeSpan.FromMinutes(30));

        (await receiver.NextAsync()).Target.ShouldBe("/late");
    }

    [Fact]
    public async Task A_wait_for_ends_with_the_leads_event_and_tells_the_rest_of_the_run()
    {
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", Waits("paid")));
        var phone = EventIntents.NewPhone();
        await tenant.FinishedAsync(receiver, EventIntents.Event("booked", phone));

        await tenant.FiredAsync(EventIntents.Event("paid", EventIntents.NewPhone()));
        await tenant.FiredAsync(EventIntents.Event("paid", phone));

        var sent = await receiver.NextAsync();
        sent.Body.ShouldBe("""{"paid":"true"}""");
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_wait_for_goes_on_when_its_time_is_up()
    {
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", Waits("paid")));
        await tenant.FinishedAsync(receiver, EventIntents.Event("booked"));

        clock.Advance(TimeSpan.FromMinutes(60));

        (await receiver.NextAsync()).Body.ShouldBe("""{"paid":"false"}""");
    }

    [Fact]
    public async Task A_callback_that_was_refused_is_tried_again_in_time()
    {
        await using var unsteady = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError);
        var (_, first) = await tenant.FinishedAsync(unsteady, EventIntents.Event("go"));

        // The attempt is on record a moment after the receiver's answer; then the next one is due within six seconds.
        while ((await tenant.ReadDataAsync("/api/saas/callbacks/logs")).AsArray().Single()!["attempts"]!.GetValue<int>() == 0)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(7));
        var second = await unsteady.NextAsync();
        second.Body.ShouldBe(first.Body);
        second.Headers["webhook-id"].ShouldBe(first.Headers["webhook-id"]);
        second.Headers["webhook-timestamp"].ShouldNotBe(first.Headers["webhook-timestamp"], StringComparer.Ordinal);
    }

    private static JsonObject With(string due) => EventIntents.Event("go", change: body =>
    {
        foreach (var (name, value) in JsonNode.Parse(due)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }
    });

    private string Waits(string trigger) => $$$"""
        { "type": "wait_for", "name": "awaited", "config": { "trigger": "{{{trigger}}}", "timeoutMinutes": 60, "onTimeout": "continue" } },
        { "type": "callback", "config": { "url": "{{{receiver.Url}}}", "payload": { "paid": "{{ resolved.awaited.received }}" } } }
        """;
}
