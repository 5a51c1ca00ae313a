using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Guarding;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Story;

/// <summary>What strangers and mistakes send, and what becomes of it.</summary>
public sealed class BadInputTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Logs = "/api/saas/callbacks/logs";

    [Fact]
    public async Task Twenty_triggers_at_once_for_a_new_phone_make_one_lead()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.FiredAsync(EventIntents.Event("rush", phone))));

        answers.Select(answer => answer.Text("leadId")).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        answers.Select(answer => answer.Text("eventLogId")).Distinct(StringComparer.Ordinal).Count().ShouldBe(20);
        (await tenant.ReadDataAsync("/api/crm/leads")).AsArray().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over()
    {
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("odd", change: one =>
        {
            for (var field = 0; field < 500; field++)
            {
                one[$"unknown{field}"] = new JsonArray(field);
            }
        });

        (await tenant.FiredAsync(body)).Text("trigger").ShouldBe("odd");
    }

    [Theory]
    [InlineData("{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}")]
    [InlineData("{% for a in (1..9999) %}0123456789{% endfor %}")]
    public async Task A_template_that_loops_fails_its_step_and_holds_nobody_up(string template)
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("loop", new JsonObject { ["type"] = "create_note", ["config"] = new JsonObject { ["content"] = template } }.ToJsonString()));

        var run = await tenant.EndedRunAsync(await tenant.FiredAsync(EventIntents.Event("loop")));

        run.Text("status").ShouldBe("failed");
        run["steps"]![0]!.Text("lastError").ShouldContain("content");
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.0.0.8/hook")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("http://example.com/")]
    public async Task A_private_callback_address_is_refused_by_its_path_where_private_ones_are_not_allowed(string url)
    {
        await using var strict = await StrictAsync();
        var tenant = await strict.CreateTenantAsync();

        using var response = await tenant.FireAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = url));

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ContainsKey("callbackUrl").ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_never_called()
    {
        var asked = 0;
        await using var trap = LoopbackTcp.Start((_, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        });
        await using var strict = await StrictAsync(all => all.AddSingleton<INameResolver>(new Loopbacks()));
        var tenant = await strict.CreateTenantAsync();

        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = $"https://hooks.example.com:{trap.Port}/"));
        var log = (await tenant.UntilAsync(Logs, logs => logs.AsArray() is [{ } only] && only["lastError"] is not null))[0]!;

        log.Text("lastError").ShouldContain("loopback address");
        log["deliveredAt"].ShouldBeNull();
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_log_names_its_target()
    {
        await using var redirecting = LoopbackTcp.Start(async (stream, cancellationToken) =>
        {
            await LoopbackTcp.ReadRequestAsync(stream, cancellationToken);
            await stream.WriteAsync("HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/hook\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellationToken);
        });
        var tenant = await server.CreateTenantAsync();

        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = redirecting.Url.AbsoluteUri));
        var log = (await tenant.UntilAsync(Logs, logs => logs.AsArray() is [{ } only] && only["lastError"] is not null))[0]!;

        log["lastStatusCode"]!.GetValue<int>().ShouldBe(302);
        log.Text("lastError").ShouldContain("https://elsewhere.example/hook");
        log.Text("status").ShouldBe("pending");
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_and_tried_again_later()
    {
        await using var silent = LoopbackTcp.Start(async (_, cancellationToken) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        await using var hasty = await ServerFixture.StartAsync(services: all => all.Configure<CallbackOptions>(options => options.Timeout = TimeSpan.FromMilliseconds(200)));
        var tenant = await hasty.CreateTenantAsync();

        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = silent.Url.AbsoluteUri));
        var log = (await tenant.UntilAsync(Logs, logs => logs.AsArray() is [{ } only] && only["lastError"] is not null))[0]!;

        log.Text("status").ShouldBe("pending");
        log["nextAttemptAt"].ShouldNotBeNull();
        log["lastStatusCode"].ShouldBeNull();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_asked_again()
    {
        await using var gone = await Callbacks.CallbackReceiver.StartAsync(HttpStatusCode.Gone);
        var tenant = await server.CreateTenantAsync();

        await tenant.FinishedAsync(gone, EventIntents.Event("go"));
        var log = (await tenant.UntilAsync(Logs, logs => logs[0]!.Text("status") is "failed"))[0]!;

        log["nextAttemptAt"].ShouldBeNull();
        log["attempts"]!.GetValue<int>().ShouldBe(1);
        gone.IsEmpty.ShouldBeTrue();
    }

    private static Task<ServerFixture> StrictAsync(Action<IServiceCollection>? services = null) => ServerFixture.StartAsync(
        settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_ALLOW_PRIVATE_CALLBACKS"] = "false" },
        services: services);

    private sealed class Loopbacks : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback]);
    }
}
