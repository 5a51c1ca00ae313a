using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Story;

/// <summary>Providers that are slow, absent or refuse, and a process that died while it sent.</summary>
public sealed class SlowProviderTests : IAsyncDisposable
{
    private const string Message = """{ "type": "send_whatsapp", "config": { "templateName": "booked", "language": "en_US", "variables": ["{{ event.meetLink | default: 'later' }}"] } }""";

    private const string Mail = """{ "type": "send_email", "config": { "subject": "Hi", "htmlBody": "<p>x</p>" } }""";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private Providers? providers;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => providers?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Without_a_calendar_the_answer_says_why_there_is_no_link_and_everything_else_runs()
    {
        await using var server = await ServerFixture.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", """{ "type": "add_tag", "config": { "tag": "booked" } }, { "type": "create_note", "config": { "content": "Link: {{ event.meetLink }}" } }"""));

        var answer = await tenant.FiredAsync(Booked());
        var run = await tenant.EndedRunAsync(answer);

        answer["meetLink"].ShouldBeNull();
        answer.Text("meetStatus").ShouldBe("failed");
        answer.Text("meetWarning").ShouldContain("not configured");
        run.Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task A_slow_calendar_leaves_the_link_pending_after_8_seconds_and_the_steps_that_use_it_wait()
    {
        await StartAsync(mail: false);
        providers!.Meta.Add(new MetaTemplate("booked", "en_US", "Join {{1}}"));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", Message));
        var (asked, released) = HoldGoogle();

        var firing = tenant.FiredAsync(Booked());
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        var began = clock.GetUtcNow();
        await AdvanceUntilAsync(() => firing.IsCompleted, TimeSpan.FromMilliseconds(500));
        var answer = await firing;

        (clock.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(12));
        answer["meetLink"].ShouldBeNull();
        answer.Text("meetStatus").ShouldBe("pending");
        answer["meetWarning"].ShouldBeNull();
        providers.Meta.Messages.ShouldBeEmpty();

        released.SetResult();
        await AdvanceUntilAsync(() => providers.Meta.Messages.Count > 0, TimeSpan.FromSeconds(1));
        var link = providers.Google.Events.ShouldHaveSingleItem().MeetLink;
        providers.Meta.Messages.ShouldHaveSingleItem().BodyTexts.ShouldBe([link]);
        (await tenant.EndedRunAsync(answer)).Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_now_is_tried_five_times_on_schedule_and_then_fails()
    {
        await StartAsync(mail: true);
        var tenant = await providers!.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("mail", Mail));
        var run = $"/api/saas/runs/{(await FiredToAsync(tenant, "450@example.com"))["runs"]![0]!.Text("runId")}";

        foreach (var (attempts, seconds) in new[] { (1, 5), (2, 30), (3, 120), (4, 600) })
        {
            var waiting = await tenant.UntilAsync(run, answer => answer["steps"]![0]!["attempts"]!.GetValue<int>() == attempts);
            waiting["steps"]![0]!.Text("lastError").ShouldContain("450");
            waiting.Text("status").ShouldBe("running");

            clock.Advance(TimeSpan.FromSeconds(seconds * 0.79));
            (await tenant.ReadDataAsync(run))["steps"]![0]!["attempts"]!.GetValue<int>().ShouldBe(attempts);
            clock.Advance(TimeSpan.FromSeconds(seconds * 0.42));
        }

        var step = (await tenant.UntilAsync(run, answer => answer.Text("status") is "failed"))["steps"]![0]!;
        step.Text("status").ShouldBe("failed");
        step["attempts"]!.GetValue<int>().ShouldBe(5);
        providers.Smtp!.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_good_fails_at_once_with_the_servers_code_and_words()
    {
        await StartAsync(mail: true);
        var tenant = await providers!.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("mail", Mail));

        var step = (await tenant.EndedRunAsync(await FiredToAsync(tenant, "550@example.com")))["steps"]![0]!;

        step.Text("status").ShouldBe("failed");
        step["attempts"]!.GetValue<int>().ShouldBe(1);
        step.Text("errorCode").ShouldBe("550");
        step.Text("lastError").ShouldContain("Scripted 550");
    }

    [Fact]
    public async Task What_was_being_sent_when_the_process_died_is_unknown_and_is_not_sent_again()
    {
        await StartAsync(mail: true, server => server.With(all => all.Configure<Engine.EngineOptions>(options => options.Works = false)));
        providers!.Meta.Add(new MetaTemplate("booked", "en_US", "Join {{1}}"));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("mail", $"{Message}, {Mail}"));
        var answer = await FiredToAsync(tenant, "asha@example.com");
        await DieWhileSendingAsync(answer.Text("eventLogId"));

        await WorkAsync();

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{answer["runs"]![0]!.Text("runId")}");
        run["attention"]!.GetValue<bool>().ShouldBeTrue();
        run["steps"]!.AsArray().Select(step => step!.Text("status")).ShouldBe(["unknown", "unknown"]);
        (await tenant.ReadDataAsync("/api/saas/runs?attention=true")).AsArray().ShouldHaveSingleItem();
        providers.Meta.Messages.ShouldBeEmpty();
        providers.Smtp!.Mails.ShouldBeEmpty();
    }

    private static JsonObject Booked() => EventIntents.Event("booked", change: body =>
    {
        body["requiresMeet"] = true;
        body["meetConfig"] = JsonNode.Parse("""{ "title": "Call", "startTime": "2030-01-02T09:00:00Z" }""");
    });

    private static Task<JsonNode> FiredToAsync(TenantClient tenant, string address) =>
        tenant.FiredAsync(EventIntents.Event("mail", change: body => body["email"] = address));

    private async Task StartAsync(bool mail, Action<ServerFixture>? change = null) => providers = await Providers.StartAsync(mail, server =>
    {
        server.WithClock(clock);
        change?.Invoke(server);
    });

    /// <summary>The calendar's next answer comes only when released, and is that it is busy.</summary>
    private (TaskCompletionSource Asked, TaskCompletionSource Released) HoldGoogle()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        providers!.Google.Script.Do(async context =>
        {
            asked.TrySetResult();
            await released.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = 503;
        });
        return (asked, released);
    }

    /// <summary>Writes down what a process leaves behind that recorded its effects and then was killed.</summary>
    private async Task DieWhileSendingAsync(string eventLogId)
    {
        var documents = providers!.Server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
        var work = (await documents.FindAsync(eventLogId, Cancelled))!;
        var run = work.Event!.Runs.Single();
        var begun = run.Steps.Select(step => step with { Status = StepStatus.Running, StartedAt = clock.GetUtcNow(), EffectStartedAt = clock.GetUtcNow() });
        var left = work with { Version = work.Version + 1, Event = work.Event with { Runs = [run with { Steps = [.. begun] }] } };
        (await documents.TryReplaceAsync(left, Cancelled)).ShouldBeTrue();
    }

    /// <summary>As the next process does: works until nothing is due.</summary>
    private async Task WorkAsync()
    {
        var services = providers!.Server.Services;
        services.GetRequiredService<IOptions<Engine.EngineOptions>>().Value.Works = true;
        services.GetRequiredService<Slots>().Open();
        await services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan pace)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var turn = 0; !condition(); turn++)
        {
            turn.ShouldBeLessThan(600);
            await ticks.WaitForNextTickAsync(Cancelled);
            clock.Advance(pace);
        }
    }
}
