using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Sandbox;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Sandbox;

/// <summary>A test twin's clock: weeks in a second, in their order.</summary>
public sealed class ClockTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_sequence_of_fourteen_days_is_checked_in_one_request()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var twin = await TwinAsync();
        await twin.CreateRuleAsync(FourteenDays());
        var start = await twin.NowAsync();
        var fired = await twin.FireAsync(Mailed("joined", receiver.Url));
        await receiver.NextAsync();

        var advanced = await twin.AdvanceAsync(TimeSpan.FromDays(14));

        advanced["isComplete"]!.GetValue<bool>().ShouldBeTrue(advanced.ToJsonString());
        advanced.At("now").ShouldBe(start + TimeSpan.FromDays(14), Tolerance);
        advanced["aheadMinutes"]!.GetValue<double>().ShouldBe(14 * 24 * 60);
        advanced["ran"]!["events"]!.GetValue<int>().ShouldBe(1);
        advanced["ran"]!["steps"]!.GetValue<int>().ShouldBe(6, advanced.ToJsonString());
        advanced["left"]!["later"]!.GetValue<int>().ShouldBe(0);

        var run = await twin.RunAsync(fired);
        run.Text("status").ShouldBe("completed", run.ToJsonString());
        var mail = await twin.MailAsync();
        mail.Select(one => one.Text("subject").Split(' ')[0]).ShouldBe(["1", "3", "7"]);
        foreach (var one in mail)
        {
            var due = start + TimeSpan.FromDays(int.Parse(one.Text("subject").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
            one.At("createdAt").ShouldBe(due, Tolerance);
            DateTimeOffset.Parse(one.Text("subject").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(due, Tolerance);
        }
    }

    [Fact]
    public async Task The_live_tenant_and_other_twins_stay_where_they_are()
    {
        var twin = await TwinAsync();
        var other = await TwinAsync();
        await twin.Client.CreateRuleAsync(FourteenDays());
        await twin.CreateRuleAsync(FourteenDays());
        await other.CreateRuleAsync(FourteenDays());
        var live = await twin.Client.FiredAsync(Mailed("joined"));
        var mine = await twin.FireAsync(Mailed("joined"));
        var others = await other.FireAsync(Mailed("joined"));

        await twin.AdvanceAsync(TimeSpan.FromDays(14));
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);

        (await twin.RunAsync(mine)).Text("status").ShouldBe("completed");
        (await other.RunAsync(others)).Text("status").ShouldBe("waiting");
        (await twin.Client.ReadDataAsync($"/api/saas/runs/{live["runs"]![0]!.Text("runId")}")).Text("status").ShouldBe("waiting");
        (await other.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBe(0);
        (await other.MailAsync()).ShouldBeEmpty();
        var later = await twin.Client.FiredAsync(Mailed("nothing_listens"));
        (await twin.Client.ReadEventAsync(later["eventLogId"]!)).At("createdAt").ShouldBe(DateTimeOffset.Parse(await RealNowAsync(twin), System.Globalization.CultureInfo.InvariantCulture), Tolerance);
    }

    [Fact]
    public async Task What_is_due_later_waits_and_the_next_advance_reaches_it()
    {
        var twin = await TwinAsync();
        await twin.CreateRuleAsync(FourteenDays());
        var fired = await twin.FireAsync(Mailed("joined"));

        var first = await twin.AdvanceAsync(TimeSpan.FromDays(2));

        (await twin.MailAsync()).Count.ShouldBe(1);
        (await twin.RunAsync(fired)).Text("status").ShouldBe("waiting");
        first["left"]!["later"]!.GetValue<int>().ShouldBe(1);
        first["left"]!.At("nextAt").ShouldBe(first.At("now") + TimeSpan.FromDays(1), Tolerance);

        await twin.AdvanceAsync(TimeSpan.FromDays(1));
        (await twin.MailAsync()).Count.ShouldBe(2);
        await twin.AdvanceAsync(TimeSpan.FromDays(4));
        (await twin.RunAsync(fired)).Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task A_wait_for_an_event_ends_by_its_timeout_or_by_the_event_that_came_meanwhile()
    {
        var twin = await TwinAsync();
        await twin.CreateRuleAsync(RuleIntents.Rule("asked", """
            { "type": "wait_for", "config": { "trigger": "answered", "timeoutMinutes": 2880 }, "name": "reply" },
            { "type": "send_email", "config": { "subject": "{% if resolved.reply.received %}thanks{% else %}hello?{% endif %}", "htmlBody": "x" } }
            """, rule => rule["isSequence"] = true));
        var (silent, answering) = (Mailed("asked"), Mailed("asked"));
        await twin.FireAsync(silent);
        await twin.FireAsync(answering);

        await twin.AdvanceAsync(TimeSpan.FromDays(1));
        (await twin.MailAsync()).ShouldBeEmpty();
        await twin.FireAsync(Mailed("answered", change: body => body["phone"] = answering.Text("phone")));
        await twin.AdvanceAsync(1);
        (await twin.MailAsync()).Select(one => one.Text("subject")).ShouldBe(["thanks"]);

        await twin.AdvanceAsync(TimeSpan.FromDays(1));
        (await twin.MailAsync()).Select(one => one.Text("subject")).ShouldBe(["thanks", "hello?"]);
    }

    [Fact]
    public async Task A_delayed_trigger_runs_at_its_time_and_its_callback_tells_the_twins_time()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.ServiceUnavailable);
        var twin = await TwinAsync();
        await twin.AdvanceAsync(TimeSpan.FromDays(30));
        var start = await twin.NowAsync();
        var fired = await twin.FireAsync(Mailed("booked", receiver.Url, body => body["delayMinutes"] = 600), HttpStatusCode.Accepted);
        fired.At("runAt").ShouldBe(start + TimeSpan.FromHours(10), Tolerance);

        var advanced = await twin.AdvanceAsync(TimeSpan.FromHours(11));

        advanced["ran"]!["callbacks"]!.GetValue<int>().ShouldBe(2, advanced.ToJsonString());
        var (refused, taken) = (await receiver.NextAsync(), await receiver.NextAsync());
        taken.Body.ShouldBe(refused.Body);
        taken.Json.At("timestamp").ShouldBe(start + TimeSpan.FromHours(10), Tolerance);
        // What is signed is the real time, or no receiver would take it.
        var signed = DateTimeOffset.FromUnixTimeSeconds(long.Parse(taken.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture));
        signed.ShouldBe(DateTimeOffset.Parse(await RealNowAsync(twin), System.Globalization.CultureInfo.InvariantCulture), Tolerance);
        var logged = (await twin.GetAsync("/api/saas/callbacks/logs")).AsArray().ShouldHaveSingleItem()!;
        logged.At("deliveredAt").ShouldBeGreaterThan(start + TimeSpan.FromHours(10));
        (await twin.GetAsync("/api/saas/events/logs")).AsArray().Select(one => one!.Text("_id")).ShouldContain(id => string.Equals(id, fired.Text("eventLogId"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_twin_that_is_ahead_lists_what_it_has_and_its_messages_have_gone_their_way()
    {
        var twin = await TwinAsync();
        await twin.AdvanceAsync(TimeSpan.FromDays(40));
        await twin.PostAsync("/api/saas/chat/send", JsonNode.Parse("""{"to":"+919876543210","templateName":"hello"}"""), HttpStatusCode.Accepted);
        var fired = await twin.FireAsync(Mailed("seen"));

        var advanced = await twin.AdvanceAsync(1);

        advanced["ran"]!["jobs"]!.GetValue<int>().ShouldBeLessThanOrEqualTo(1);
        var message = (await twin.GetAsync("/api/saas/sandbox/outbox?channel=whatsapp")).AsArray().ShouldHaveSingleItem()!;
        message.Text("status").ShouldBe("read");
        message.At("createdAt").ShouldBe(advanced.At("now"), TimeSpan.FromMinutes(2));
        (await twin.GetAsync("/api/saas/events/logs")).AsArray().Single()!.Text("_id").ShouldBe(fired.Text("eventLogId"));
        (await twin.GetAsync("/api/saas/jobs")).AsArray().Count.ShouldBeGreaterThanOrEqualTo(1);
        (await twin.GetAsync($"/api/crm/leads/{fired.Text("leadId")}")).At("createdAt").ShouldBe(advanced.At("now"), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_reset_puts_the_clock_back()
    {
        var twin = await TwinAsync();
        await twin.AdvanceAsync(TimeSpan.FromDays(5));

        await twin.PostAsync("/api/saas/sandbox/reset", null);

        (await twin.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBe(0);
        await twin.CreateRuleAsync(FourteenDays());
        await twin.FireAsync(Mailed("joined"));
        (await twin.AdvanceAsync(TimeSpan.FromDays(1)))["aheadMinutes"]!.GetValue<double>().ShouldBe(24 * 60, tolerance: 1.0 / 60);
        (await twin.MailAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_that_move_one_clock_do_not_add_up()
    {
        var twin = await TwinAsync();
        await twin.CreateRuleAsync(SlowMail());
        await twin.FireAsync(Mailed("slowly", change: body => body["email"] = "slow@example.test"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var response = await twin.Client.TestHttp.PostAsJsonAsync(Twin.Advance, new JsonObject { ["minutes"] = 90 }, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }));

        answers.ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        (await twin.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBe(90);
    }

    [Fact]
    public async Task An_advance_that_takes_too_long_tells_where_it_stands_and_the_next_goes_on()
    {
        await using var hasty = await ServerFixture.StartAsync(services: services => services.AddSingleton(new TravelPatience(TimeSpan.FromMilliseconds(500))));
        var twin = new Twin(await hasty.CreateTenantAsync());
        await twin.CreateRuleAsync(SlowMail());
        var start = await twin.NowAsync();
        var fired = await twin.FireAsync(Mailed("slowly", change: body => body["email"] = "slow@example.test"));

        var stopped = await twin.PostAsync(Twin.Advance, new JsonObject { ["minutes"] = 1440 }, HttpStatusCode.Accepted);

        stopped["isComplete"]!.GetValue<bool>().ShouldBeFalse();
        stopped.At("now").ShouldBe(start + TimeSpan.FromHours(1), Tolerance);
        stopped["leftMinutes"]!.GetValue<double>().ShouldBe(1380, 0.5);
        stopped["left"]!["due"]!.GetValue<int>().ShouldBe(1);

        await hasty.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
        var arrived = await twin.AdvanceAsync(stopped["leftMinutes"]!.GetValue<double>());
        arrived["aheadMinutes"]!.GetValue<double>().ShouldBe(1440, 0.01);
        (await twin.RunAsync(fired)).Text("status").ShouldBe("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_after_the_clock_was_set_is_made_good_by_the_next_start_or_advance(bool starts)
    {
        var twin = await TwinAsync();
        await twin.CreateRuleAsync(FourteenDays());
        var fired = await twin.FireAsync(Mailed("joined"));
        await twin.AdvanceAsync(1);

        // All that an advance had done when it died.
        var tenant = TenantId.Parse(twin.Client.Code).Test;
        (await server.Services.GetRequiredService<ClockDoor>().TrySetAsync(tenant, TimeSpan.FromMinutes(1), TimeSpan.FromDays(2), TestContext.Current.CancellationToken)).ShouldBeTrue();
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
        (await twin.MailAsync()).ShouldBeEmpty();

        if (starts)
        {
            await server.Services.GetServices<IHostedService>().OfType<ClockStart>().Single().StartAsync(TestContext.Current.CancellationToken);
            await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            await twin.AdvanceAsync(1);
        }

        (await twin.MailAsync()).Count.ShouldBe(1);
        await twin.AdvanceAsync(TimeSpan.FromDays(14));
        (await twin.MailAsync()).Select(one => one.Text("subject").Split(' ')[0]).ShouldBe(["1", "3", "7"]);
        (await twin.RunAsync(fired)).Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task A_clock_set_in_another_process_is_in_force_here_within_two_seconds()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var database = server.Services.GetRequiredService<IServicesDatabase>();
        var changes = new[] { new TenantChanges(database, time), new TenantChanges(database, time) };
        var clocks = changes.Select(one => new TwinClocks(database, one, time)).ToArray();
        var twin = TenantId.Parse("ELSEWHERE").Test;
        foreach (var (one, kept) in changes.Zip(clocks))
        {
            await one.FollowAsync(TestContext.Current.CancellationToken);
            await kept.FollowAsync(twin, TestContext.Current.CancellationToken);
        }

        (await clocks[0].TrySetAsync(twin, TimeSpan.Zero, TimeSpan.FromDays(3), TestContext.Current.CancellationToken)).ShouldBeTrue();
        clocks[0].Now(twin).ShouldBe(time.GetUtcNow().AddDays(3));
        (await clocks[1].TrySetAsync(twin, TimeSpan.Zero, TimeSpan.FromDays(9), TestContext.Current.CancellationToken)).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1.5));
        await changes[1].FollowAsync(TestContext.Current.CancellationToken);
        await clocks[1].FollowAsync(twin, TestContext.Current.CancellationToken);

        clocks[1].AheadOf(twin.Value).ShouldBe(TimeSpan.FromDays(3));
        clocks[1].AheadOf(twin.Live.Value).ShouldBe(TimeSpan.Zero);
        await clocks[1].EraseAsync(twin, TestContext.Current.CancellationToken);
        clocks[1].AheadOf(twin.Value).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_paused_clients_clock_stands_still()
    {
        var twin = await TwinAsync();
        using var admin = server.CreateAdminClient();
        using var paused = await admin.PatchAsJsonAsync($"/api/clients/{twin.Client.Code}", new JsonObject { ["status"] = "paused" }, TestContext.Current.CancellationToken);
        paused.IsSuccessStatusCode.ShouldBeTrue();

        using var response = await twin.Client.TestHttp.PostAsJsonAsync(Twin.Advance, new JsonObject { ["minutes"] = 5 }, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        (await twin.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBe(0);
    }

    [Fact]
    public async Task A_twins_waits_go_by_the_clock_on_the_wall_over_both_changes()
    {
        var twin = new Twin(await server.CreateTenantAsync(body => body["timeZone"] = "Europe/Berlin"));
        await twin.CreateRuleAsync(RuleIntents.Rule("remind", string.Join(',', Enumerable.Range(0, 12).Select(_ => """
            { "type": "wait", "config": { "minutes": 43200, "window": "09:00-09:01" } },
            { "type": "send_email", "config": { "subject": "{{ resolved.now | date: '%H:%M' }}", "htmlBody": "x" } }
            """)), rule => rule["isSequence"] = true));
        await twin.FireAsync(Mailed("remind"));

        await twin.AdvanceAsync(TimeSpan.FromDays(366));
        await twin.AdvanceAsync(TimeSpan.FromDays(30));

        var mail = await twin.MailAsync();
        mail.Count.ShouldBe(12);
        mail.Select(one => one.Text("subject")).Distinct(StringComparer.Ordinal).ShouldBe(["09:00"]);
        mail.Select(one => one.At("createdAt").Hour).Distinct().Order().ShouldBe([7, 8]);
    }

    [Fact]
    public async Task A_live_key_is_refused()
    {
        var client = await server.CreateTenantAsync();

        using var read = await client.GetAsync("/api/saas/sandbox/clock");
        using var advanced = await client.PostAsync(Twin.Advance, new JsonObject { ["minutes"] = 5 });

        await read.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await advanced.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"minutes":null}""")]
    [InlineData("""{"minutes":0}""")]
    [InlineData("""{"minutes":-1}""")]
    [InlineData("""{"minutes":527041}""")]
    [InlineData("""{"minutes":"5"}""")]
    [InlineData("""{"minutes":1e400}""")]
    [InlineData("""{"minutes":[5]}""")]
    public async Task Minutes_that_are_no_span_of_time_are_refused_by_name(string body)
    {
        var twin = await TwinAsync();

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await twin.Client.TestHttp.PostAsync(Twin.Advance, content, TestContext.Current.CancellationToken);

        var answer = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        answer["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["minutes"]);
        (await twin.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBe(0);
    }

    [Fact]
    public async Task A_clock_goes_ten_years_and_no_further()
    {
        var twin = await TwinAsync();
        for (var year = 0; year < 10; year++)
        {
            await twin.AdvanceAsync(TimeSpan.FromDays(366));
        }

        using var response = await twin.Client.TestHttp.PostAsJsonAsync(Twin.Advance, new JsonObject { ["minutes"] = 1 }, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    private static async Task<string> RealNowAsync(Twin twin)
    {
        var clock = await twin.GetAsync("/api/saas/sandbox/clock");
        return (clock.At("now") - TimeSpan.FromMinutes(clock["aheadMinutes"]!.GetValue<double>())).ToString("O");
    }

    private static JsonObject FourteenDays() => RuleIntents.Rule("joined", string.Join(',', Mail(1, 1), Mail(3, 2), Mail(7, 4)), rule => rule["isSequence"] = true);

    private static JsonObject SlowMail() => RuleIntents.Rule("slowly", """
        { "type": "wait", "config": { "minutes": 60 } },
        { "type": "send_email", "config": { "subject": "slow", "htmlBody": "x" } }
        """, rule => rule["isSequence"] = true);

    private static string Mail(int day, int afterDays) => $$$"""
        { "type": "wait", "config": { "minutes": {{{afterDays * 24 * 60}}} } },
        { "type": "send_email", "config": { "subject": "{{{day}}} {{ resolved.now | date: '%Y-%m-%dT%H:%M:%S%z' }}", "htmlBody": "x" } }
        """;

    private static JsonObject Mailed(string trigger, Uri? callback = null, Action<JsonObject>? change = null) => EventIntents.Event(trigger, change: body =>
    {
        body["email"] = $"{body.Text("phone")[1..]}@example.test";
        if (callback is not null)
        {
            body["callbackUrl"] = callback.AbsoluteUri;
        }

        change?.Invoke(body);
    });

    private async Task<Twin> TwinAsync() => new(await server.CreateTenantAsync());
}
